"""The results pages of a wave, in the order of their tabs. Answers in words have a view of their own."""

from dashboards.surveys import comparing, crossing, summary
from dashboards.surveys.page import SurveyPage

PAGES: dict[str, SurveyPage] = {page.code: page for page in (summary.PAGE, crossing.PAGE, comparing.PAGE)}
