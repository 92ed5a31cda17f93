"""Forms of volunteers, by topic."""
