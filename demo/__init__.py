"""The demo street: invented people in a division that does not exist. Not installed in production."""
