"""Forms of surveys, by topic."""
