"""What row-level security costs: the same query under the role of the web processes, and as the owner."""

from collections.abc import Callable

from django.db import connection
from django.db.models import Count, QuerySet

from accounts import scope
from accounts.models import User
from accounts.roles import Role
from activities.models import Participation
from bench.figures.sets import database_with
from bench.timing import Timing, compare
from demo.scale import S
from grids.models import Resident
from privacy.row_security import WEB

RUNS, REPEATS = 30, 5


def measure_page() -> Timing:
    """Time a page of 50 residents of 100,000."""
    return measure(lambda user: Resident.objects.visible_to(user).order_by("pk")[:50])


def measure_aggregate() -> Timing:
    """Time how many took part in each grid of a community, from 300,000 participations of a street."""

    def take_part(user: User) -> QuerySet:
        rows = Participation.objects.filter(activity__community__in=user.communities())
        return rows.values("grid").annotate(people=Count("resident", distinct=True)).order_by()

    return measure(take_part)


def measure(ask: Callable[[User], QuerySet]) -> Timing:
    """Compare a query of a community worker under both roles."""
    with database_with(S):
        user = User.objects.filter(role=Role.WORKER).select_related("community")[0]

        def fetch(role: str) -> list[list]:
            with scope.of_user(user), connection.cursor() as cursor:
                cursor.execute(f"set role {role}")
                try:
                    return [list(ask(user)) for _ in range(REPEATS)]
                finally:
                    cursor.execute("reset role")

        if fetch(WEB) != fetch("none"):
            raise RuntimeError("the rows differ")
        timing = compare(lambda: fetch(WEB), lambda: fetch("none"), runs=RUNS)
    return Timing(timing.ours / REPEATS, timing.reference / REPEATS)
