"""Pages of volunteers, by topic."""
