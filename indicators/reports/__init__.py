"""Figures that communities report: what is asked, checked, saved, read from workbooks, and shown."""
