"""Alerts: which figures will miss their targets (assessing), raising, mailing and reading what was raised."""
