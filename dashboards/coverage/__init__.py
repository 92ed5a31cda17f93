"""The page that says who was missed where: areas by groups of people, from the district down to a grid and its doors.

The page: page.py. Areas by groups: matrix.py and drawing.py; one grid: grid.py; its doors: doors.py, seen.py: numbers.
"""
