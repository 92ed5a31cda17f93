"""Typing in paper questionnaires without a mouse, and taking them in with a double click."""

import pytest
from playwright.sync_api import expect

from surveys.models import PaperSheet, SealedAnswer
from surveys.paper.sheets import unpack
from tests.conftest import PASSWORD
from tests.live.conftest import DESKTOP

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.browser]


@pytest.fixture
def entry(open_page, worker, link):
    page = open_page(worker, PASSWORD, DESKTOP)
    page.goto(f"/surveys/links/{link.pk}/entry/")
    return page


def type_sheet(page, *lines):
    """Type the lines of a sheet, each ended by Enter; the page stands in the first line."""
    for line in lines:
        page.keyboard.type(line)
        page.keyboard.press("Enter")


def test_two_sheets_are_typed_without_a_mouse(entry):
    type_sheet(entry, "1", "1 3", "4", "5", "2", "7", "多些长椅")
    expect(entry.get_by_text("第 1 号已保存")).to_be_visible()
    type_sheet(entry, "2", "4", "3", "", "", "", "")
    expect(entry.get_by_text("第 2 号已保存")).to_be_visible()
    first, second = (unpack(row).answers for row in PaperSheet.objects.order_by("number"))
    assert first == {
        "sex": "1",
        "joined": ["1", "3"],
        "overall": "4",
        "places.room": "5",
        "places.square": "2",
        "years": 7,
        "wish": "多些长椅",
    }
    assert second == {"sex": "2", "joined": ["none"], "overall": "3"}


def test_wrong_number_is_told_while_typing(entry):
    entry.get_by_label("总体满意程度").fill("8")
    expect(entry.get_by_text("请填 1 到 5")).to_be_visible()


def test_double_click_takes_in_once(entry):
    type_sheet(entry, "1", "1", "4", "", "", "", "")
    expect(entry.get_by_text("第 1 号已保存")).to_be_visible()
    entry.get_by_role("button", name="录过一遍的也算").dblclick()
    expect(entry.get_by_text("没有等着入库的纸卷")).to_be_visible()
    assert SealedAnswer.objects.count() == 1
