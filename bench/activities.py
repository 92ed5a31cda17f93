"""The activity list and the participant picker on a large community, against an empty Django view."""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.encryption import blind_index, encrypt, tail_index
from accounts.models import User
from accounts.roles import Role
from activities.models import Activity, ActivityKind
from bench.timing import Timing, compare_p95
from communities.models import Community, District, Street
from grids.models import Building, Grid, Household, Residence, Resident
from grids.pinyin import initials

RESIDENTS, ACTIVITIES, PEOPLE, NEIGHBOURS = 10_000, 5_000, 40, 11
GRIDS, DOORS, DAYS = 20, 4_000, 1_500
RUNS = 60
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰"
PARTICIPATIONS = """
    insert into activities_participation (activity_id, resident_id, grid_id, method, recorded_at)
    select a.id, r.id, r.grid_id, 'ticked', a.recorded_at
    from (select id, recorded_at, row_number() over (order by id) as n from activities_activity) a
    cross join generate_series(1, %(people)s) k
    join (select id, grid_id, row_number() over (order by id) as n from grids_resident) r
         on r.n = 1 + (a.n * 7919 + k * 131) %% %(residents)s
"""


def measure_list() -> Timing:
    """Time the first page of the list."""
    return measure_pages("/activities/")


def measure_filtered_list() -> Timing:
    """Time a list with text, period, category and progress, and a page far back in time."""
    since = timezone.localdate() - timedelta(days=600)
    until = timezone.localdate() - timedelta(days=300)
    return measure_pages(f"/activities/?q=%E5%81%A5&since={since}&until={until}&category=lecture&phase=reported")


def measure_street_list() -> Timing:
    """Time the first page for the street, whose other communities are as large."""
    return measure_pages("/activities/", role=Role.STREET_OFFICER)


def measure_picker_grid() -> Timing:
    """Time the picker's list of one grid (500 people, a page of them)."""
    return measure_pages(lambda: f"/activities/picker/?grid={Grid.objects.first().pk}")  # type: ignore[union-attr]


def measure_picker_search() -> Timing:
    """Time the picker's search by initials, name and last four digits in turn."""
    return measure_pages(
        "/activities/picker/?q=ww", "/activities/picker/?q=%E7%8E%8B%E4%BC%9F", "/activities/picker/?q=4321"
    )


def measure_pages(*pages: str | Callable[[], str], role: Role = Role.WORKER) -> Timing:
    """Return the 95th percentile of the pages against the empty view's; the note tells how many queries each makes.

    The number of queries must be the same on the tenth part of the data: else the note says so.
    """
    worker, officer = make_staff()
    fill(worker, activities=ACTIVITIES // 10, residents=RESIDENTS // 10)
    user = worker if role == Role.WORKER else officer
    with override_settings(ROOT_URLCONF="bench.pages"):
        client = Client()
        client.force_login(user)
        urls = [page if isinstance(page, str) else page() for page in pages]
        few = [count_queries(client, url) for url in urls]
        fill(worker, activities=ACTIVITIES - ACTIVITIES // 10, residents=RESIDENTS - RESIDENTS // 10)
        if role == Role.STREET_OFFICER:
            copy_to_neighbours(worker)
        analyse()
        many = [count_queries(client, url) for url in urls]
        timing = compare_p95(
            [lambda url=url: client.get(url) for url in urls], lambda: client.get("/bench/empty/"), runs=RUNS
        )
    note = f"p95, {max(many)} queries" if few == many else f"p95, QUERIES GROW: {few} -> {many}"
    return Timing(timing.ours, timing.reference, note)


def count_queries(client: Client, url: str) -> int:
    """Return how many queries a page makes, and refuse one that does not answer."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    if response.status_code != 200:
        raise RuntimeError(f"{url} answers {response.status_code}")
    return len(queries)


def make_staff() -> tuple[User, User]:
    """Make a street with a community and its grids; return its worker and the street's officer."""
    district = District.objects.create(code="990101", name="测量区")
    street = Street.objects.create(code="990101001", name="测量街道", district=district)
    communities = Community.objects.bulk_create(
        Community(code=f"990101001{number:03}", name=f"第{number}社区", street=street)
        for number in range(1, NEIGHBOURS + 2)
    )
    grids = Grid.objects.bulk_create(
        Grid(code=f"{communities[0].code}{number:03}", name=f"第{number}网格", community=communities[0])
        for number in range(1, GRIDS + 1)
    )
    buildings = Building.objects.bulk_create(
        Building(grid=grid, name=f"{number}号楼") for number, grid in enumerate(grids)
    )
    Household.objects.bulk_create(
        Household(building=buildings[number % GRIDS], unit=str(number // GRIDS % 6), room=str(number))
        for number in range(DOORS)
    )
    officer = User.objects.create(username="officer", name="街道", role=Role.STREET_OFFICER, street=street)
    worker = User.objects.create(username="worker", name="社工", role=Role.WORKER, community=communities[0])
    return worker, officer


def fill(worker: User, *, activities: int, residents: int) -> None:
    """Add residents, then activities in which everybody takes part in turn."""
    add_residents(worker, residents)
    start = Activity.objects.count()
    kinds = list(ActivityKind.objects.gatherings())
    Activity.objects.bulk_create(
        (make_activity(worker, kinds[number % len(kinds)], number) for number in range(start, start + activities)),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("delete from activities_participation")
        cursor.execute(PARTICIPATIONS, {"people": PEOPLE, "residents": Resident.objects.count()})
        cursor.execute("truncate indicators_dirtymark")


def make_activity(worker: User, kind: ActivityKind, number: int) -> Activity:
    """Return one unsaved activity, the higher the number the longer ago."""
    at = timezone.now() - timedelta(days=1 + number * DAYS // ACTIVITIES, minutes=number)
    return Activity(
        community=worker.community,
        kind=kind,
        title=f"{kind.name}第{number}期",
        starts_at=at,
        ends_at=at + timedelta(minutes=kind.usual_minutes),
        unnamed_count=number % 9,
        responsible=worker,
        recorded_by=worker,
        reported_at=at + timedelta(hours=3),
        reported_by=worker,
    )


def add_residents(worker: User, count: int) -> None:
    """Add residents with names, numbers and doors, living here for long."""
    doors = list(Household.objects.values_list("pk", "building__grid"))
    start = Resident.objects.count()
    people = Resident.objects.bulk_create(
        (make_resident(worker, *doors[number % DOORS], number) for number in range(start, start + count)),
        batch_size=1000,
    )
    since = timezone.localdate() - timedelta(days=2000)
    Residence.objects.bulk_create(
        (Residence(resident=person, grid_id=person.grid_id, since=since) for person in people), batch_size=1000
    )


def make_resident(worker: User, household: int, grid: int, number: int) -> Resident:
    """Return one unsaved resident."""
    name = SURNAMES[number % 20] + GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20]
    id_number, phone = f"990101198005{number:06}"[:18].ljust(18, "1"), f"199{number * 7919 % 100_000_000:08}"
    return Resident(
        community=worker.community,
        grid_id=grid,
        household_id=household,
        name=name,
        initials=initials(name),
        sex=1 + number % 2,
        birth_date=timezone.localdate() - timedelta(days=7000 + number),
        id_number=encrypt(id_number, purpose="id_number"),
        id_hash=blind_index(id_number, purpose="id_number"),
        id_kept=id_number[:4] + id_number[-2:],
        id_tail=tail_index(id_number),
        phone=encrypt(phone, purpose="phone"),
        phone_hash=blind_index(phone, purpose="phone"),
        phone_kept=phone[:3] + phone[-4:],
    )


def copy_to_neighbours(worker: User) -> None:
    """Give the street's other communities as many activities."""
    kinds = list(ActivityKind.objects.gatherings())
    for community in worker.community.street.communities.exclude(pk=worker.community_id):
        rows = [make_activity(worker, kinds[number % len(kinds)], number) for number in range(ACTIVITIES)]
        for row in rows:
            row.community = community
        Activity.objects.bulk_create(rows, batch_size=1000)


def analyse() -> None:
    """Bring the planner's statistics up to date, as autovacuum would within the minute."""
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
