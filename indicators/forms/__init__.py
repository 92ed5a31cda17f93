"""Forms of figures, a module per topic."""
