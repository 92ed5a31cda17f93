"""The gap finder: whom nothing has reached (finding.py, gap.py), what reached such people elsewhere (elsewhere.py),
turning a gap into work (work.py), and what became of it (followup.py)."""
