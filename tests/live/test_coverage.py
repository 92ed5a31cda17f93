"""The heat map in a real browser: a tap on a cell goes down to the next area, with the group of the cell."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from indicators.engine.cells import refresh_community
from tests.conftest import PASSWORD
from tests.live.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.browser]


@pytest.fixture
def figures(register, community, worker, grids):
    """Twelve people in the first grid, seven in the second, nobody reached."""
    for grid, count in zip(grids, (12, 7), strict=True):
        for _ in range(count):
            register.resident(grid)
    refresh_community(community.pk)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_tap_on_a_cell_opens_its_grid(open_page, figures, worker, community, grids, size):
    page = open_page(worker, PASSWORD, size)
    page.emulate_media(reduced_motion="reduce")  # else squares grow, and a quick tap goes beside them
    page.goto(reverse("dashboards:page", args=[community.code, "coverage"]) + "?columns=sexes&show=missed")
    chart = page.locator("[data-chart=heatmap]")
    expect(chart.locator("canvas")).to_be_visible()
    box = chart.bounding_box()
    chart.click(position={"x": box["width"] * 0.65, "y": 80})  # the first row, inside a column
    page.wait_for_url(f"**/{grids[0].code}/coverage/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("第一网格")
