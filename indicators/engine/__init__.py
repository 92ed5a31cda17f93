"""The engine: what keeps cells true to the facts, rebuilds them, and proves them. Reading cells: figures.py."""
