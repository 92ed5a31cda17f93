"""The chain over the audit log: whatever is touched behind the portal's back is found, and where."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from django.test import override_settings

from accounts import chain
from accounts.audit import record
from accounts.chain import Kind, link_waiting, verify_chain
from accounts.models import AuditEvent, AuditLink
from tests.tampering import tamper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def heads(settings, tmp_path):
    """Keep the noted heads of tests away from the portal's own."""
    settings.AUDIT_HEADS = tmp_path / "heads.txt"
    return settings.AUDIT_HEADS


@pytest.fixture
def events(worker, community):
    """Five events, linked and a day old: nothing waits for a link any more."""
    made = [record("activity.log", by=worker, target=worker, area_code=community.code, people=n) for n in range(5)]
    tamper("update accounts_auditevent set at = at - interval '1 day'")
    link_waiting()
    return made


def find_faults():
    """Return kind, position and event of all that is wrong."""
    return [(fault.kind, fault.position, fault.event) for fault in verify_chain().faults]


def test_untouched_chain_has_no_faults(events):
    report = verify_chain()
    assert (report.linked, report.head.position, report.wrong) == (5, 5, 0)


@pytest.mark.parametrize("column", ["actor", "action", "object_type", "object_id", "area_code"])
def test_changed_column_is_found(events, column):
    tamper(f"update accounts_auditevent set {column} = 'x' where id = %s", events[2].pk)
    assert find_faults() == [(Kind.CHANGED, 3, events[2].pk)]


@pytest.mark.parametrize("change", ["""detail = '{"people": 9}'""", "at = at + interval '1 microsecond'"])
def test_changed_detail_or_time_is_found(events, change):
    tamper(f"update accounts_auditevent set {change} where id = %s", events[2].pk)
    assert find_faults() == [(Kind.CHANGED, 3, events[2].pk)]


def test_deleted_event_is_found(events):
    tamper("delete from accounts_auditevent where id = %s", events[2].pk)
    assert find_faults() == [(Kind.MISSING, 3, events[2].pk)]
    tamper("delete from accounts_auditlink where event_id = %s", events[2].pk)  # what is left would break a foreign key


def test_event_deleted_with_its_link_is_found(events):
    tamper("delete from accounts_auditevent where id = %s", events[2].pk)
    tamper("delete from accounts_auditlink where event_id = %s", events[2].pk)
    assert find_faults() == [(Kind.GAP, 3, None), (Kind.CHANGED, 4, events[3].pk)]


def test_closed_gap_is_found(events):
    tamper("delete from accounts_auditevent where id = %s", events[2].pk)
    tamper("delete from accounts_auditlink where event_id = %s", events[2].pk)
    tamper("update accounts_auditlink set position = position - 1 where position > 3")
    assert find_faults() == [(Kind.CHANGED, 3, events[3].pk), (Kind.CHANGED, 4, events[4].pk)]


def test_swapped_events_are_found(events):
    tamper("update accounts_auditlink set event_id = -event_id where position in (2, 3)")
    tamper("update accounts_auditlink set event_id = %s where position = 2", events[2].pk)
    tamper("update accounts_auditlink set event_id = %s where position = 3", events[1].pk)
    assert find_faults() == [(Kind.CHANGED, 2, events[2].pk), (Kind.CHANGED, 3, events[1].pk)]


def test_event_put_in_between_is_found(events, monkeypatch):
    monkeypatch.setattr(chain, "WINDOW", 0)
    gap = min(event.pk for event in events) - 1
    tamper("insert into accounts_auditevent select %s, at, actor, action, object_type, object_id, area_code, detail"
           " from accounts_auditevent where id = %s", gap, events[2].pk)  # fmt: skip
    link_waiting()
    assert find_faults() == [(Kind.UNLINKED, None, gap)]


def test_chain_made_anew_without_the_key_is_found(events):
    tamper("update accounts_auditevent set actor = 'x' where id = %s", events[2].pk)
    tamper("delete from accounts_auditlink")
    with override_settings(AUDIT_KEYS=[b"n" * 32]):
        link_waiting()
        assert find_faults() == []
    assert {kind for kind, _position, _event in find_faults()} == {Kind.CHANGED}


def test_cut_off_end_is_found_by_a_noted_head(events):
    chain.check_and_note()
    tamper("delete from accounts_auditlink where position > 3")
    tamper("delete from accounts_auditevent where id >= %s", events[3].pk)
    assert find_faults() == []
    report = verify_chain(chain.read_noted_heads())
    assert [(fault.kind, fault.position) for fault in report.faults] == [(Kind.HEAD, 5)]


def test_head_is_noted_only_while_all_is_well(events, heads):
    tamper("update accounts_auditevent set actor = 'x' where id = %s", events[2].pk)
    chain.check_and_note()
    assert not heads.exists()
    check = AuditEvent.objects.get(action="audit.verify")
    assert (check.detail["wrong"], check.detail["position"]) == (1, 3)


def test_spoiled_line_of_the_file_is_passed_over(heads):
    heads.write_text("nonsense\n2026-01-01 7:" + "ab" * 32 + "\n2026-01-02 x:1\n", encoding="utf-8")
    assert [str(head) for head in chain.read_noted_heads()] == ["7:" + "ab" * 32]


def test_late_event_gets_the_next_position(events, worker, community):
    late = record("activity.log", by=worker, target=worker, area_code=community.code)
    tamper("update accounts_auditevent set id = %s where id = %s", events[0].pk - 1, late.pk)
    assert link_waiting() == 1
    assert AuditLink.objects.get(event_id=events[0].pk - 1).position == 6
    assert verify_chain().wrong == 0


def test_event_of_this_minute_may_wait_for_its_link(events, worker, community):
    record("activity.log", by=worker, target=worker, area_code=community.code)
    assert find_faults() == []


def test_linking_twice_links_once(events):
    assert link_waiting() == 0
    assert AuditLink.objects.count() == 5


def test_batches_follow_each_other(events, worker, community, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 2)
    for number in range(5):
        record("activity.log", by=worker, target=worker, area_code=community.code, people=number)
    assert link_waiting() == 5
    assert verify_chain().head.position == 10


def test_chain_goes_on_under_a_new_key(events, worker, community, settings):
    settings.AUDIT_KEYS = [b"n" * 32, *settings.AUDIT_KEYS]
    record("activity.log", by=worker, target=worker, area_code=community.code)
    link_waiting()
    assert (verify_chain().linked, find_faults()) == (6, [])


def test_former_key_is_not_accepted_after_a_new_one(events, worker, community, settings):
    former = settings.AUDIT_KEYS
    for keys in ([b"n" * 32, *former], former):
        settings.AUDIT_KEYS = keys
        record("activity.log", by=worker, target=worker, area_code=community.code)
        link_waiting()
    settings.AUDIT_KEYS = [b"n" * 32, *former]
    assert [(kind, position) for kind, position, _event in find_faults()] == [(Kind.CHANGED, 7)]


@pytest.mark.parametrize("model", [AuditEvent, AuditLink])
def test_log_cannot_be_emptied(events, model):
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        with pytest.raises(Error, match="Cannot truncate"), transaction.atomic():
            cursor.execute(f"truncate {table} cascade")
    assert model.objects.count() == 5


@pytest.mark.parametrize("sql", ["update accounts_auditlink set position = 9", "delete from accounts_auditlink"])
def test_link_cannot_be_changed_or_deleted(events, sql):
    with pytest.raises(Error, match=r"Cannot (update|delete)"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_command_names_the_first_fault_and_fails(events):
    tamper("update accounts_auditevent set actor = 'x' where id = %s", events[2].pk)
    out = StringIO()
    with pytest.raises(CommandError, match="1 处不对"):
        call_command("verify_audit", stdout=out)
    assert out.getvalue() == f"第 3 条：内容或顺序被改动，记录编号 {events[2].pk}\n"


def test_command_holds_the_chain_against_a_head_written_down(events):
    out = StringIO()
    head = str(verify_chain().head)
    call_command("verify_audit", head=[head], stdout=out)
    assert head in out.getvalue()
    with pytest.raises(CommandError, match="1 处不对"):
        call_command("verify_audit", head=["4" + head[1:]], stdout=out)


@pytest.mark.parametrize("text", ["x", "1", "1:zz", "1:ab", ":" + "ab" * 32])
def test_command_refuses_nonsense_as_a_head(text):
    with pytest.raises(CommandError, match="不是校验码"):
        call_command("verify_audit", head=[text])
