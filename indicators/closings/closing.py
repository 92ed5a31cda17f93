"""Closing a period of a street: its figures are copied as they are, once and for good. Reading them: frozen.py."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from communities.models import Community, Street
from grids.models import Grid
from indicators.areas import AreaRef
from indicators.catalogue import CATALOGUE
from indicators.closings.fingerprint import take_fingerprint
from indicators.closings.frozen import has_figures, is_kept, key_of
from indicators.engine import session
from indicators.figures import REACH_NUMBERS
from indicators.models import (
    ActivityCell,
    DirtyMark,
    Freshness,
    FrozenCell,
    PeriodClosing,
    ReachCell,
    RefreshAttempt,
    TallyCell,
)
from indicators.periods import Period
from indicators.version import get_code_version

# What is copied: the cells, the rest of their key, and their numbers. Numbers are told apart by their place: new ones
# go to the end.
COPIES = {
    FrozenCell.Table.REACH: (ReachCell, ("grouping",), REACH_NUMBERS),
    FrozenCell.Table.ACTIVITY: (
        ActivityCell,
        ("kind_id", "theme_id", "origin", "mode"),
        ("held", "named", "outsiders", "unnamed"),
    ),
    FrozenCell.Table.TALLY: (TallyCell, ("indicator",), ("numerator", "denominator")),
}


@transaction.atomic
def close_period(*, street: Street, period: Period, by: User) -> PeriodClosing:
    """Freeze the street's figures of a period that is over; raises ValidationError while they are not all in.

    No cell of the street moves meanwhile: the locks of its communities are held, so marks stay where they are. All is
    read first and the marks are looked at last: what has committed in between has left its mark, and is refused.
    """
    check_is_over(period)
    communities = list(Community.objects.filter(street=street).order_by("pk").values_list("pk", flat=True))
    hold_still(communities)
    check_is_open(street, period)
    check_nothing_waits(communities, period)
    closing = PeriodClosing.objects.create(
        street=street,
        period=period.code,
        closed_by=by,
        as_of=timezone.now(),
        code_version=get_code_version(),
        fingerprint=take_fingerprint(street, period),
    )
    freeze(closing, street, communities, period)
    check_nothing_waits(communities, period)
    record("period.close", by=by, target=closing, area_code=street.code, period=period.code)
    return closing


def check_is_over(period: Period) -> None:
    """Refuse a period that still runs, and one of which no figures are kept any more."""
    if period.end > timezone.localdate():
        words = {"period": period.label, "day": f"{period.end:%F}"}
        raise ValidationError(_("%(period)s还没有结束，%(day)s 起才能关账。") % words)
    if not is_kept(period):
        raise ValidationError(
            _("只保留最近 %(months)s 个月的数字，%(period)s已经不能关账。")
            % {"months": settings.CELL_MONTHS, "period": period.label}
        )


def check_is_open(street: Street, period: Period) -> None:
    """Refuse a period that was closed before."""
    if PeriodClosing.objects.filter(street=street, period=period.code).exists():
        raise ValidationError(_("%(period)s已经关账，不能再关一次。") % {"period": period.label})


def hold_still(communities: list[int]) -> None:
    """Keep the figures of the communities from being computed until the transaction ends.

    Who sums up a street holds the lock of one of its communities, and tallies take theirs after those of cells: so
    nobody waits in a circle.
    """
    session.share_rebuild_lock()
    for community_id in communities:
        session.lock("community", community_id)
    for community_id in communities:
        session.lock("tally_community", community_id)


def check_nothing_waits(communities: list[int], period: Period) -> None:
    """Refuse while a change of a community is not in its figures yet, or its figures are older than the period."""
    if RefreshAttempt.objects.parked().filter(pk__in=communities).exists():
        raise ValidationError(_("有社区的数字没有算成，请联系底册管理员处理后再关账。"))
    known = Freshness.objects.filter(community__in=communities)
    settled = known.filter(tallied_for=F("computed_at"), as_of__gte=period.end)
    counted = Community.objects.filter(pk__in=communities, grids__isnull=False).exclude(freshness__in=settled)
    if DirtyMark.objects.filter(community_id__in=communities).exists() or counted.exists():
        raise ValidationError(_("还有变动正在计算，请过十几秒再试。"))


def freeze(closing: PeriodClosing, street: Street, communities: list[int], period: Period) -> None:
    """Copy the cells of the street, its communities and grids, and what every indicator answers from them."""
    levels = (
        [AreaRef.to(street)],
        [AreaRef.to(row) for row in Community.objects.filter(pk__in=communities).order_by("pk")],
        [AreaRef.to(row) for row in Grid.objects.filter(community__in=communities).order_by("pk")],
    )
    areas = [area for level in levels for area in level]
    for table, (model, keys, numbers) in COPIES.items():
        copy_cells(closing, table, model._meta.db_table, keys, numbers, areas)
    figures = (cell for level in levels if level for cell in answer_all(closing, level, period))
    FrozenCell.objects.bulk_create(figures, batch_size=2000)


def copy_cells(
    closing: PeriodClosing, table: str, name: str, keys: tuple[str, ...], numbers: tuple[str, ...], areas: list[AreaRef]
) -> None:
    """Copy the cells of one table."""
    statement = f"""
        insert into indicators_frozencell (closing_id, "table", level, area_id, key, numbers)
        select %(closing)s, %(table)s, c.level, c.area_id, concat_ws('/', {", ".join(f"c.{key}" for key in keys)}),
               array[{", ".join(f"c.{number}" for number in numbers)}]
        from unnest(%(levels)s::text[], %(areas)s::bigint[]) as area (level, id)
        join {name} c on c.level = area.level and c.area_id = area.id and c.period = %(period)s
    """
    parameters: dict[str, Any] = {"closing": closing.pk, "table": table, "period": closing.period}
    parameters |= {"levels": [area.level for area in areas], "areas": [area.id for area in areas]}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def answer_all(closing: PeriodClosing, areas: list[AreaRef], period: Period) -> Iterator[FrozenCell]:
    """Yield what every indicator answers for areas of one level, zeros too: they say that it was counted then."""
    level = areas[0].level
    for indicator in CATALOGUE.values():
        if not has_figures(indicator, level, period):
            continue
        for (area_id, _code), figure in indicator.measure.answer(areas, [period], "").items():
            yield FrozenCell(
                closing=closing,
                table=FrozenCell.Table.FIGURE,
                level=level,
                area_id=area_id,
                key=key_of(indicator),
                numbers=[figure.numerator, figure.denominator],
            )
