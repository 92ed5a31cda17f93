"""Views by topic: home pages of roles (home.py), the pages about an area and period (pages.py) and their tables as
files (files.py), lists beside them (doors.py, quality.py), work made of gaps (gaps.py), wall screens (walls.py), and
results of surveys for staff (surveys.py) and for residents (published.py)."""
