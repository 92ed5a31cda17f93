"""The pages of the gap finder, in the order of their tabs."""

from dashboards.gaps import finding, followup, gap
from dashboards.page import Page

PAGES: tuple[Page, ...] = (finding.PAGE, followup.PAGE, gap.PAGE)
