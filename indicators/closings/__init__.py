"""Closed periods: freezing cells, reading what was frozen, and telling whether the facts are still the same."""
