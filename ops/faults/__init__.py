"""The fault run: a whole portal under load is hit again and again, and then every acknowledged write is looked for.

`python -m ops.faults`. Bounded to about five minutes; servers, data and port are its own.
"""
