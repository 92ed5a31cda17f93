"""Pages of surveys, by topic."""
