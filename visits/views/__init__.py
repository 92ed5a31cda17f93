"""Pages of visits, one module a topic."""
