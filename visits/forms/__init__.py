"""Forms of visits, one module a topic."""
