"""Views by topic: home pages of roles (home.py), the pages about an area and period (pages.py)."""
