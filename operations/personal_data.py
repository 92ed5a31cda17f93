"""Tasks name rows by key and hold no personal data (communities/personal.py)."""

PLAIN = {"operations.TaskRun": "name arguments error"}
