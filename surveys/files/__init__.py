"""Files with a row for each answer of a wave that is over: what may stand in them, and how they are written.

They leave out whatever could lead from a row to somebody; what remains is held against local_suppression.py.
"""
