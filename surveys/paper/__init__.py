"""Questionnaires on paper: printed, typed in by keyboard, compared where they were typed twice, taken in."""
