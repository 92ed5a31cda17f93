"""Forms of activities, one module a topic."""
