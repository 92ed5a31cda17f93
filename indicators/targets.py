"""Targets of areas: finding the one that holds, setting them, and taking over those of the year before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from communities.models import Community, Street
from indicators.areas import LEVEL_OF_DIGITS, MODELS, AreaRef
from indicators.catalogue import CATALOGUE
from indicators.indicator import Indicator
from indicators.models import Target

Values = Mapping[str, Decimal | None]  # indicator id -> target; None for none of its own


def list_judged() -> list[Indicator]:
    """Return the indicators that can have a target: those of which more, or less, is better."""
    return [indicator for indicator in CATALOGUE.values() if indicator.more_is_better is not None]


def find_targets(area_code: str, year: int) -> dict[str, Target]:
    """Return indicator id -> the target that holds in the area: its own, else that of the nearest area above."""
    codes = [area_code[:digits] for digits in (*LEVEL_OF_DIGITS, 15) if digits <= len(area_code)]
    targets = Target.objects.of_year(year).filter(area_code__in=codes)
    return {target.indicator: target for target in sorted(targets, key=lambda target: len(target.area_code))}


def find_targets_of_many(area_codes: Iterable[str], year: int) -> dict[str, dict[str, Target]]:
    """Return area code -> what find_targets() says of it, with one query for all of them."""
    set_in: dict[str, dict[str, Target]] = defaultdict(dict)
    for target in Target.objects.of_year(year):
        set_in[target.area_code][target.indicator] = target
    holding: dict[str, dict[str, Target]] = {code: {} for code in area_codes}
    for code, targets in holding.items():
        for digits in sorted({*LEVEL_OF_DIGITS, len(code)}):
            targets |= set_in.get(code[:digits], {})
    return holding


def find_target(indicator: Indicator, area: AreaRef, year: int) -> float | None:
    """Return the target that holds for an indicator in an area and year, in its unit; None where nobody set one."""
    target = find_targets(area.code, year).get(indicator.id)
    return float(target.value) if target else None


def find_own(area: AreaRef, year: int) -> dict[str, Decimal]:
    """Return indicator id -> the target that the area itself has set."""
    own = Target.objects.of_year(year).filter(area_code=area.code)
    return dict(own.values_list("indicator", "value"))


def find_inherited(area: AreaRef, year: int) -> dict[str, Target]:
    """Return indicator id -> the target of the nearest area above that set one."""
    digits = max((digits for digits in LEVEL_OF_DIGITS if digits < len(area.code)), default=0)
    return find_targets(area.code[:digits], year)


@dataclass(frozen=True)
class Choice:
    """A street or community for which targets can be set, and how many of its own it has."""

    code: str
    name: str
    own: int


def list_choices(street_code: str, year: int) -> list[Choice]:
    """Return the street and its communities."""
    own = Target.objects.of_year(year).filter(area_code__startswith=street_code).order_by()
    numbers = dict(own.values_list("area_code").annotate(Count("pk")))
    streets = Street.objects.filter(code=street_code).values_list("code", "name")
    communities = Community.objects.current().filter(code__startswith=street_code).values_list("code", "name")
    return [Choice(code, name, numbers.get(code, 0)) for code, name in [*streets, *communities]]


@transaction.atomic
def set_targets(*, area: AreaRef, year: int, values: Values, by: User) -> int:
    """Make the area's own targets of these indicators exactly these; return how many changed."""
    # Two officers who save at once come one after the other.
    row = MODELS[area.level].objects.select_for_update(no_key=True).get(pk=area.id)
    own = Target.objects.of_year(year).filter(area_code=area.code)
    before = {target.indicator: target.value for target in own}
    changed = {id: value for id, value in values.items() if before.get(id) != value}
    if not changed:
        return 0
    Target.objects.of_year(year).filter(area_code=area.code, indicator__in=changed).delete()
    Target.objects.bulk_create(
        Target(indicator=id, area_code=area.code, year=year, value=value, set_by=by, set_at=timezone.now())
        for id, value in changed.items()
        if value is not None
    )
    words = {id: [say(before.get(id)), say(value)] for id, value in changed.items()}
    record("target.set", by=by, target=row, area_code=area.code, year=year, changed=words)
    return len(changed)


def copy_targets(*, area: AreaRef, year: int, by: User) -> int:
    """Take over the area's targets of the year before for indicators without one; return how many."""
    wanted = [indicator.id for indicator in list_judged()]
    own = Target.objects.filter(area_code=area.code, indicator__in=wanted)
    taken = own.of_year(year).values_list("indicator", flat=True)
    earlier = own.of_year(year - 1).exclude(indicator__in=list(taken))
    return set_targets(area=area, year=year, values=dict(earlier.values_list("indicator", "value")), by=by)


def say(value: Decimal | None) -> str | None:
    """Return a target as the audit log keeps it."""
    return None if value is None else str(value)
