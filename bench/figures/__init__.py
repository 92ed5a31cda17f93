"""Measuring the figures: rebuilding, refreshing, marking and reading cells on the data sets S and M (demo/scale)."""
