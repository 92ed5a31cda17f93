"""Pages of activities, one module a topic."""
