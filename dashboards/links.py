"""Addresses of dashboard pages and of figures: pages link to each other, and none may import the views."""

from urllib.parse import urlencode

from django.urls import reverse

from indicators.periods import Period


def link(area_code: str, page: str, period: Period, **filters: str) -> str:
    """Return the address of a page about an area and period."""
    where = [area_code] if page == "overview" else [area_code, page]
    name = "dashboards:area" if page == "overview" else "dashboards:page"
    return f"{reverse(name, args=where)}?{urlencode({'period': period.code, **filters})}"


def link_figure(indicator: str, area_code: str, period: Period) -> str:
    """Return the address of a figure with its definition."""
    query = urlencode({"area": area_code, "period": period.code})
    return f"{reverse('indicators:detail', args=[indicator])}?{query}"
