"""Rosters of branches from spreadsheets: reading, matching with the register, rehearsal, writing. Pages: views/."""
