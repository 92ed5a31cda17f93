"""Questionnaires as XLSForm workbooks, out and in: the subset is described in docs/surveys-xlsform.md."""
