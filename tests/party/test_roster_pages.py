"""Pages of rosters: upload, report, refused rows, confirmation; and files that are no honest lists."""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from party.models import Member, Membership
from party.roster.columns import COLUMNS
from party.roster.files import write_template
from tests.party.roster_help import make_line, make_roster, read_seal, rehearse, send

QUERIES = 11


@pytest.fixture
def clerk(client, secretary):
    client.force_login(secretary)
    return client


def open_check(client, content, **fields):
    """Upload a list, and return the seal and the report."""
    sealed = read_seal(send(client, content, **fields))
    return sealed, client.get(reverse("party:roster-check"), {"sealed": sealed})


def confirm(client, sealed):
    return client.post(reverse("party:roster-check"), {"sealed": sealed}, follow=True)


def tell(client, content, **fields):
    """Return what the page says of a file that is refused as a whole."""
    return send(client, content, **fields).context["form"].errors["file"][0]


def test_list_goes_from_upload_to_the_roster(clerk, branch, resident):
    sealed, report = open_check(clerk, make_roster(make_line()))
    assert "写入 1 人" in report.content.decode()
    assert not Member.objects.exists()
    answer = confirm(clerk, sealed)
    assert answer.redirect_chain == [(reverse("party:members", args=[branch.pk]), 302)]
    assert "新登记 1 人" in answer.content.decode()


def test_second_click_writes_nothing_more(clerk, resident):
    sealed, _report = open_check(clerk, make_roster(make_line()))
    confirm(clerk, sealed)
    assert "这份名册已经写入" in confirm(clerk, sealed).content.decode()
    assert Membership.objects.count() == 1


def test_report_names_places_and_no_whole_names(clerk, branch, make_member, resident):
    make_member("司马相如")
    report = open_check(clerk, make_roster(make_line(), make_line(7, name="王芳")))[1].content.decode()
    assert "名册 第 3 行" in report
    assert "司**如" in report
    assert "司马相如" not in report


def test_report_must_not_be_kept(clerk, resident):
    assert "no-store" in open_check(clerk, make_roster(make_line()))[1].headers["Cache-Control"]


def test_upload_of_another_user_is_not_found(clerk, client, resident, make_user, community, let_lead, other_branch):
    sealed, _report = open_check(clerk, make_roster(make_line()))
    other = let_lead(make_user("other", "branch_secretary", community), other_branch)
    client.force_login(other)
    answer = confirm(client, sealed)
    assert "请重新上传" in answer.content.decode()
    assert not Member.objects.exists()


def test_secretary_who_was_replaced_meanwhile_writes_nothing(clerk, secretary, resident):
    sealed, _report = open_check(clerk, make_roster(make_line()))
    secretary.party_offices.update(until=timezone.localdate())
    confirm(clerk, sealed)
    assert not Member.objects.exists()


def test_worker_who_leads_no_branch_is_told_who_may_appoint_her(client, worker):
    client.force_login(worker)
    page = client.get(reverse("party:roster")).content.decode()
    assert "登记为书记" in page
    assert 'type="file"' not in page


def test_worker_who_leads_no_branch_brings_no_list(client, worker, branch, resident):
    client.force_login(worker)
    assert send(client, make_roster(make_line(党支部=branch.name))).status_code == 200
    assert not Member.objects.exists()


def test_branch_that_is_not_led_cannot_be_chosen(client, secretary, let_lead, branch, groups, make_user, other_branch):
    client.force_login(secretary)
    let_lead(
        secretary,
        other_branch.__class__.objects.create(
            kind="branch", name="第三支部", community=branch.community, founded_on=branch.founded_on
        ),
    )
    answer = send(client, make_roster(make_line()), branch=other_branch.pk)
    assert "branch" in answer.context["form"].errors


def test_refused_rows_come_back_and_can_be_corrected(clerk, secretary, branch, resident):
    rows = [make_line(党员身份="积极分子", 入党日期="2001-07-01"), make_line(7, name="王芳")]
    sealed, _report = open_check(clerk, make_roster(*rows))
    answer = clerk.get(reverse("party:roster-refused"), {"sealed": sealed})
    cells = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert cells[0][:3] == ["退回原因", "原位置", "姓名"]
    assert cells[1][0] == "党员身份：党员身份应填“正式党员”或“预备党员”"
    assert [row[2] for row in cells[1:]] == ["欧阳秀英", "王芳"]
    assert rehearse(answer.content, secretary, branch).counts["refused"] == 2  # it is read again as it is


def test_filled_template_is_read(secretary, branch, resident):
    cells = CalamineWorkbook.from_filelike(io.BytesIO(write_template())).get_sheet_by_index(0).to_python()
    assert cells == [[column.heading for column in COLUMNS]]
    content = make_roster(make_line(党支部=branch.name), headings=tuple(cells[0]))
    assert rehearse(content, secretary).counts["new"] == 1


def test_empty_template_holds_nobody(clerk):
    answer = clerk.get(reverse("party:roster-template"))
    _sealed, report = open_check(clerk, answer.content)
    assert sum(report.context["counts"].values()) == 0


def test_text_file_is_read(secretary, branch, resident):
    line = make_line()
    text = "姓名,身份证号码,所在党支部\n" + ",".join([line["姓名"], line["身份证号"], branch.name])
    assert rehearse(text.encode("gb18030"), secretary).counts["new"] == 1


def test_headings_of_other_systems_are_understood(secretary, branch, resident):
    headings = ("姓名", "公民身份号码", "组织关系所在党支部", "人员类别", "加入党组织日期", "民族")
    row = {
        "姓名": "欧阳秀英",
        "公民身份号码": make_line()["身份证号"],
        "组织关系所在党支部": branch.name,
        "人员类别": "正式党员",
        "加入党组织日期": "1999年7月1日",
        "民族": "汉族",
    }
    plan = rehearse(make_roster(row, headings=headings), secretary)
    assert plan.entries[0].facts.member.joined_on.isoformat() == "1999-07-01"


# --- Files that are no honest lists


def test_forbidden_heading_refuses_the_whole_file_by_name(clerk, resident):
    content = make_roster(make_line(思想汇报="按时"), headings=("姓名", "身份证号", "思想汇报"))
    message = tell(clerk, content)
    assert message.startswith("名册!C1")
    assert "思想汇报" in message
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "heading",
    [
        *("入党动机", "入 党 动 机", "思想汇报", "2025年思想汇报次数", "民主评议结果", "入党志愿书（份）", "政治表现"),
        *("民主評議", "政审情况"),
    ],
)
def test_headings_about_what_somebody_thinks_refuse_the_whole_file(clerk, resident, heading):
    message = tell(clerk, make_roster(make_line(), headings=("姓名", "身份证号", heading)))
    assert message.startswith(f"名册!C1：“{heading}”")


def test_upload_page_promises_no_more_than_is_refused(clerk, resident):
    assert "入党动机、思想汇报、民主评议结果" in clerk.get(reverse("party:roster")).content.decode()
    assert open_check(clerk, make_roster(make_line(), headings=("姓名", "身份证号", "入党申请时间")))


@pytest.mark.parametrize("content", [b"no workbook at all", b"PK\x03\x04 no archive", bytes(range(128, 256)) * 9])
def test_broken_workbook_is_told_from_a_list_without_headings(clerk, content):
    assert "打不开" in tell(clerk, content)


def test_text_that_is_called_a_workbook_is_read(clerk, resident):
    line = make_line()
    assert (
        open_check(clerk, f"姓名,身份证号\n{line['姓名']},{line['身份证号']}".encode())[1].context["counts"]["new"] == 1
    )


def test_list_of_something_else_is_refused(clerk):
    assert "没有找到名册" in tell(clerk, make_roster({"a": "1"}, headings=("a", "b")))


def test_two_columns_of_one_heading_are_refused(clerk):
    content = make_roster(make_line(), headings=("姓名", "身份证号", "党支部", "党支部"))
    assert "有两列都是“党支部”" in tell(clerk, content)


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04 no archive", b"\x00\x01\x02", b"<html><table>"])
def test_what_is_no_table_is_refused(clerk, content):
    assert tell(clerk, content)
    assert not Member.objects.exists()


def test_file_that_unpacks_to_far_too_much_is_refused(clerk, settings):
    settings.SHEET_MAX_UNPACKED_BYTES = 2**20
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2**22)
    assert "解压后超过" in tell(clerk, target.getvalue())


def test_xml_entities_are_refused(clerk):
    source, target = zipfile.ZipFile(io.BytesIO(make_roster(make_line()))), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
            archive.writestr(name, part)
    assert "不会有的代码" in tell(clerk, target.getvalue())


def test_formula_in_a_cell_comes_back_as_text(clerk, resident):
    sealed, _report = open_check(clerk, make_roster(make_line(7, name="王芳", 党小组="=1+1")))
    answer = clerk.get(reverse("party:roster-refused"), {"sealed": sealed})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_list_of_too_many_rows_is_refused(clerk, settings):
    settings.ROSTER_MAX_ROWS = 2
    assert "超过 2 行" in tell(clerk, make_roster(make_line(), make_line(), make_line()))


def test_nonsense_instead_of_a_seal_leads_back(clerk):
    for name in ("party:roster-check", "party:roster-refused"):
        assert clerk.get(reverse(name), {"sealed": "x:y"}).headers["Location"] == reverse("party:roster")


def test_queries_of_the_report(clerk, branch, resident, make_member, django_assert_num_queries):
    for name in ("张建国", "李明", "王芳"):
        make_member(name)
    sealed = read_seal(send(clerk, make_roster(make_line(), make_line(2, name="张建国"))))
    with django_assert_num_queries(QUERIES):
        clerk.get(reverse("party:roster-check"), {"sealed": sealed})
