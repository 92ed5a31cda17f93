"""The audit log at size: searching, linking and verifying a million events, and what writing down a look costs."""

from datetime import timedelta

from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from accounts import chain, reads
from accounts.models import AuditEvent, User
from accounts.roles import Role
from bench.timing import Timing, compare, compare_p95
from communities.models import Street
from demo.street import create_areas

EVENTS, LINKED = 1_000_000, 20_000
# A year of a district: a hundred accounts, a street of twelve communities, and every kind of deed.
FILL = """
    insert into accounts_auditevent (at, actor, action, object_type, object_id, area_code, detail)
    select now() - make_interval(secs => (%(count)s - n) * 31.5),
           '工作人员 (user' || n %% 100 || ')',
           (array['resident.read', 'page.read', 'visit.log', 'resident.read', 'resident.unmask', 'activity.log'])
               [n %% 6 + 1],
           'resident', (n * 7919::bigint %% 100000)::text,
           %(street)s || lpad((n %% 12)::text, 3, '0'),
           '{"page": "grids:resident"}'
    from generate_series(1, %(count)s) as n
"""


def fill(count: int) -> Street:
    """Write so many events of the last year; return their street."""
    street = create_areas()
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"count": count, "street": street.code})
        cursor.execute("analyze accounts_auditevent")
    return street


def measure_search() -> Timing:
    """Time the slowest of the auditor's searches among a million events, against reading fifty rows by key."""
    street = fill(EVENTS)
    client = Client()
    client.force_login(User.objects.create_user("bench", None, name="bench", role=Role.AUDITOR, street=street))
    old = timezone.localdate() - timedelta(days=300)
    queries = [
        {},
        {"after": EVENTS // 2},
        {"kind": "export"},
        {"kind": "look"},
        {"since": old, "until": old},
        {"since": old, "until": old, "kind": "write", "account": "工作人员 (user2)"},
        {"account": "工作人员 (user7)"},
        {"resident": 4711},
        {"scope": "above"},
    ]

    def search(query: dict) -> None:
        if client.get("/audit/", query).status_code != 200:
            raise RuntimeError(f"no answer to {query}")

    pages = [lambda query=query: search(query) for query in queries]
    newest = AuditEvent.objects.order_by("-pk")[:50]
    return compare_p95(pages, lambda: list(newest.all()), runs=15)


def measure_linking() -> Timing:
    """Time linking 20,000 events against writing as many."""
    fill(LINKED)

    def write() -> None:
        AuditEvent.objects.bulk_create(
            (AuditEvent(actor="x", action="visit.log", object_type="visit", object_id=str(n)) for n in range(LINKED)),
            batch_size=chain.BATCH,
        )

    timing = compare(lambda: chain.link_waiting(), write, runs=3)
    return Timing(timing.ours, timing.reference, f"{LINKED / timing.ours:,.0f} events/s")


def measure_verifying() -> Timing:
    """Time a walk along 100,000 links against reading both tables in the same pieces."""
    fill(5 * LINKED)
    chain.link_waiting(batches=1_000)

    def read() -> None:
        for _link, _event in chain.read_links():
            pass

    def verify() -> None:
        if chain.verify_chain().linked != 5 * LINKED:
            raise RuntimeError("not everything was linked")

    timing = compare(verify, read, runs=3)
    return Timing(timing.ours, timing.reference, f"{5 * LINKED / timing.ours:,.0f} events/s")


def measure_look() -> Timing:
    """Time writing a look down, at a hundred thousand events, against a bare insert of the event."""
    street = fill(5 * LINKED)
    user = User.objects.create_user("bench", None, name="bench", role=Role.DATA_ADMIN, street=street)
    request = type("Request", (), {"user": user, "method": "GET"})()
    keys = iter(range(1, 10_000))

    def look() -> None:
        reads.write_down(reads.Look("grids:resident", "resident", str(next(keys)), None), request)

    def insert() -> None:
        AuditEvent.objects.create(actor="x", action="resident.read", object_type="resident", object_id="1")

    with override_settings(RESIDENT_VIEW_BUDGET=10_000):
        timing = compare(look, insert, runs=300)
    return Timing(timing.ours, timing.reference, f"{timing.ours * 1000:.2f} ms, bare {timing.reference * 1000:.2f} ms")
