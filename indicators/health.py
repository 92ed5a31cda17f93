"""How the figures are doing: how fresh each community is, what is parked, and what the second counts found."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from activities.models import ActivityKind
from communities.models import Community
from grids.groupings import TRAITS_BY_CODE, UNIONS_BY_CODE
from grids.models import PopulationGroup
from indicators.areas import MODELS
from indicators.catalogue import CATALOGUE
from indicators.engine.recount import NUMBERS
from indicators.engine.verify import TABLES
from indicators.models import AreaLevel, CellCheck, DirtyMark, Freshness, RefreshAttempt
from indicators.periods import Period

STALLED_SECONDS = 60  # beat rings every second: a mark that is older tells that nobody works
NIGHTS_WITHOUT_CHECK = timedelta(hours=48)
CHECKS_SHOWN = 10


@dataclass(frozen=True)
class CommunityHealth:
    """How fresh a community's figures are."""

    community: Community
    freshness: Freshness | None
    attempt: RefreshAttempt | None
    waiting: int
    oldest: datetime | None
    today: date
    now: datetime

    @property
    def is_parked(self) -> bool:
        """Whether nobody tries any more to compute it."""
        return self.attempt is not None and self.attempt.attempts >= settings.REFRESH_ATTEMPTS

    @property
    def is_stalled(self) -> bool:
        """Whether it waits longer than working processes would let it."""
        late = self.oldest is not None and self.oldest < self.now - timedelta(seconds=STALLED_SECONDS)
        return not self.is_parked and (late or not self.is_of_today)

    @property
    def is_of_today(self) -> bool:
        """Whether the figures take today for today."""
        return self.freshness is not None and self.freshness.as_of == self.today

    @property
    def is_tallied(self) -> bool:
        """Whether the tallies are those of the cells."""
        return self.freshness is not None and self.freshness.tallied_for == self.freshness.computed_at

    @property
    def reason(self) -> str:
        """Why it could not be computed: the first line, for the rest may quote rows."""
        return (self.attempt.reason if self.attempt else "").partition("\n")[0]


def list_health(user: User) -> list[CommunityHealth]:
    """Return how each of the user's communities is doing; those that never had a grid have no figures."""
    today, now = timezone.localdate(), timezone.now()
    communities = user.communities().filter(grids__isnull=False).distinct().order_by("code")
    keys = [community.pk for community in communities]
    fresh = {row.community_id: row for row in Freshness.objects.filter(community__in=keys)}
    attempts = RefreshAttempt.objects.in_bulk(keys)
    marks = DirtyMark.objects.filter(community__in=keys).order_by().values("community_id")
    counted = marks.annotate(count=Count("pk"), oldest=Min("marked_at"))
    waiting = {pk: (count, oldest) for pk, count, oldest in counted.values_list("community_id", "count", "oldest")}
    return [
        CommunityHealth(
            community,
            fresh.get(community.pk),
            attempts.get(community.pk),
            *waiting.get(community.pk, (0, None)),
            today,
            now,
        )
        for community in communities
    ]


@dataclass(frozen=True)
class ChangedNumber:
    """A number of a cell, as stored and as counted again; None: there is no such cell."""

    name: str | Promise
    stored: int | None
    recounted: int | None


@dataclass(frozen=True)
class CellDrift:
    """A cell that differed, in words."""

    table: str | Promise
    area: str
    period: str
    part: str | Promise
    numbers: list[ChangedNumber]


@dataclass(frozen=True)
class CheckReport:
    """A check with what it found in the reader's area."""

    check: CellCheck
    drift: list[CellDrift]

    @property
    def elsewhere(self) -> int:
        """Differing cells that are not listed: of other areas, or beyond those that were kept."""
        return self.check.drifted - len(self.drift)


def list_checks(user: User) -> list[CheckReport]:
    """Return the latest checks, with the cells of the user's area that differed."""
    checks = list(CellCheck.objects.order_by("-started_at")[:CHECKS_SHOWN])
    names = Names([line[0] for check in checks for line in check.drift])
    own = user.area_code
    return [
        CheckReport(check, [names.describe(*line) for line in check.drift if own and area_of(line[0]).startswith(own)])
        for check in checks
    ]


def is_unchecked(now: datetime) -> bool:
    """Tell whether the nightly check has not come to an end for two nights."""
    return not CellCheck.objects.finished().filter(finished_at__gt=now - NIGHTS_WITHOUT_CHECK).exists()


def area_of(cell: str) -> str:
    """Return the division code in a cell's line (verify.Difference)."""
    return cell.split(" ")[2]


class Names:
    """Turns the lines of differing cells into words, with a constant number of queries."""

    def __init__(self, cells: list[str]) -> None:
        codes = {area_of(cell) for cell in cells}
        self.areas: dict[str, str] = {}
        self.parts: dict[str, str | Promise] = {}
        if codes:
            for model in MODELS.values():
                self.areas |= dict(model.objects.filter(code__in=codes).values_list("code", "name"))
            self.parts |= {code: trait.name for code, trait in TRAITS_BY_CODE.items()}
            self.parts |= {code: union.name for code, union in UNIONS_BY_CODE.items()}
            self.parts |= dict(PopulationGroup.objects.values_list("code", "name"))
            self.parts |= {str(pk): name for pk, name in ActivityKind.objects.values_list("pk", "name")}
            self.parts |= {indicator.id: indicator.name for indicator in CATALOGUE.values()}

    def describe(self, cell: str, stored: list[int] | None, recounted: list[int] | None) -> CellDrift:
        """Return one differing cell in words."""
        table, level, code, period, part, *_others = cell.split(" ")
        model: type[Model] = TABLES[table][0]
        nothing = [None] * len(NUMBERS[table])
        numbers = [
            ChangedNumber(model._meta.get_field(number).verbose_name, old, new)  # type: ignore[union-attr]
            for number, old, new in zip(NUMBERS[table], stored or nothing, recounted or nothing, strict=True)
            if old != new
        ]
        area = f"{AreaLevel(level).label} {self.areas.get(code, '')} {code}"
        return CellDrift(model._meta.verbose_name or "", area, label_of(period), self.parts.get(part, part), numbers)


def label_of(code: str) -> str:
    """Return a period in the reader's words; one that cannot be read as it stands."""
    try:
        return Period.parse(code).label
    except ValueError:
        return _("时段 %(code)s") % {"code": code}
