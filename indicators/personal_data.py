"""Figures are counts and name no person (communities/personal.py)."""

PLAIN = {
    "indicators.ReachCell": "period grouping",
    "indicators.ActivityCell": "period origin mode",
    "indicators.TallyCell": "period indicator",
    "indicators.CellCheck": "drift code_version",
    "indicators.PeriodClosing": "period code_version fingerprint",
    "indicators.FrozenCell": "level key numbers",
    "indicators.FigureReport": "period",
    "indicators.ReportedFigure": "indicator explanation",
    "indicators.RefreshAttempt": "reason",
    "indicators.Target": "indicator area_code",
}
