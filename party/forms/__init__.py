"""Forms of party organisations, by topic."""
