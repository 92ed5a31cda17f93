"""Pages of party organisations, by topic."""
