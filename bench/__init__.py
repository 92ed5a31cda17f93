"""Measurements as ratios against a reference of the same run: `make bench`, one figure with ONLY=name."""
