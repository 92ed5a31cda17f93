"""The roster of a branch in a real browser: a file goes in, the report is read, and the members are there."""

from datetime import date

import pytest
from playwright.sync_api import expect

from party.models import Member, Organisation
from tests.conftest import PASSWORD
from tests.live.conftest import PHONE
from tests.party.roster_help import make_line, make_roster

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.browser]
LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def page(open_page, branch_secretary, community, grids, register):
    """The secretary's phone, on the page of the branch's empty roster; two residents are known."""
    for name in ("欧阳秀英", "张建国"):
        register.resident(grids[0], name=name)
    branch = Organisation.objects.create(kind="branch", name="第一支部", community=community, founded_on=LONG_AGO)
    branch.offices.create(post="secretary", user=branch_secretary, since=LONG_AGO)
    phone = open_page(branch_secretary, PASSWORD, PHONE)
    phone.goto(f"/party/organisations/{branch.pk}/members/")
    return phone


def upload(page, *rows):
    page.set_input_files(
        "input[type=file]", {"name": "名册.xlsx", "mimeType": "application/zip", "buffer": make_roster(*rows)}
    )
    page.get_by_role("button", name="上传并预演").click()


def test_roster_is_uploaded_read_and_confirmed(page):
    page.get_by_role("link", name="导入名册").click()
    upload(page, make_line(), make_line(2, name="张建国", 党员身份="预备党员"), make_line(9, name="王芳"))
    expect(page.get_by_text("底册里没有这个人，请先导入居民")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not Member.objects.exists()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回的行").click()
    assert download.value.suggested_filename == "party-roster-refused.xlsx"
    page.get_by_role("button", name="写入 2 人").click()
    expect(page.get_by_text("名册已写入：新登记 2 人")).to_be_visible()
    expect(page.get_by_text("欧**英")).to_be_visible()
    assert Member.objects.filter(standing="probationary").count() == 1


def test_post_is_opened_with_an_example_and_claimed(page):
    page.get_by_role("link", name="导入名册").click()
    upload(page, make_line())
    page.get_by_role("button", name="写入 1 人").click()
    page.goto(page.url.replace("/members/", "/posts/"))
    page.get_by_role("link", name="设第一个岗位").click()
    page.get_by_role("button", name="政策宣传岗").click()
    page.get_by_label("职责", exact=False).first.fill("给邻居讲政策")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="政策宣传岗").click()
    page.get_by_role("link", name="登记认领").click()
    page.get_by_text("欧**英").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="登记认领").click()
    expect(page.get_by_text("已登记认领：政策宣传岗")).to_be_visible()
