"""Dashboards keep links and alerts about areas, of no person (communities/personal.py)."""

PLAIN = {
    "dashboards.Alert": "area_code indicator period",
    "dashboards.GapWork": "grouping period",
    "dashboards.WallScreen": "area_code name token_digest",
}
