"""Boundaries of grids: reading files, checking them, saving what was checked, and drawing. The row: grids.models."""
