"""What the page says of each organisation in a period: meetings kept of those due, members in numbers, vacancies, term.

Slots are counted in the period in which they end, as the indicators of organisation life count them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import Permission
from dashboards.asking import Ask
from dashboards.tables import Cell, Column, Said, Sort, Table
from indicators.models import AreaLevel
from indicators.periods import Period
from party.models import MeetingKind, Organisation
from party.slots import SETTLED, Slot, State, read_slots
from party.structure import WITH_TERMS, Standing, TermState, read_standings

Kind = Organisation.Kind


@dataclass(frozen=True)
class Kept:
    """Meetings of a kind: settled ones, and those of them that were held in time, made up for, or missed."""

    due: int = 0
    done: int = 0
    made_up: int = 0

    @property
    def missed(self) -> int:
        """How many were neither held nor made up for."""
        return self.due - self.done - self.made_up

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(self.due + other.due, self.done + other.done, self.made_up + other.made_up)

    @property
    def cell(self) -> Cell:
        """Held in time of those due; None where none was."""
        return Said(self.done, f"{self.done}/{self.due}") if self.due else None


@dataclass(frozen=True)
class Line:
    """An organisation with its meetings by kind; those of its groups are counted with their branch."""

    standing: Standing
    kept: dict[MeetingKind, Kept]

    @property
    def organisation(self) -> Organisation:
        """Whose line it is."""
        return self.standing.organisation


def find_organisations(ask: Ask) -> list[Organisation]:
    """Return the organisations of the area that there were in the period, up to today."""
    period, here = ask.period, Organisation.objects.filter(community__code__startswith=ask.area.code)
    lived = here.filter(Q(closed_on=None) | Q(closed_on__gt=period.start), founded_on__lt=period.end)
    return list(lived.select_related("community", "parent").order_by("community__code", "pk"))


def find_slots(organisations: Sequence[Organisation], period: Period, today: date) -> list[Slot]:
    """Return the settled slots that end in the period, by organisation."""
    last = period.end - timedelta(days=1)
    slots = read_slots(organisations, period.start, last, today)
    return [slot for slot in slots if period.start <= slot.span.end <= last and slot.state in SETTLED]


def list_lines(ask: Ask, organisations: Sequence[Organisation], slots: Iterable[Slot]) -> list[Line]:
    """Return a line for each organisation above the groups, by community and as their tree goes."""
    parents = {one.pk: one.parent_id for one in organisations if one.kind == Kind.GROUP}
    kept: dict[int | None, dict[MeetingKind, Kept]] = defaultdict(lambda: defaultdict(Kept))
    for slot in slots:
        key = slot.organisation.pk
        kept[parents.get(key, key)][slot.kind] += weigh([slot])
    day = ask.period.reference(ask.today)
    above = [one for one in organisations if one.kind in WITH_TERMS]
    return [Line(one, kept[one.organisation.pk]) for one in read_standings(above, ask.reader, day)]


def weigh(slots: Iterable[Slot]) -> Kept:
    """Count settled slots."""
    states = [slot.state for slot in slots]
    return Kept(len(states), states.count(State.DONE), states.count(State.MADE_UP))


def link_to(organisation: Organisation, ask: Ask) -> str:
    """Return the address of an organisation, "" for who may not open it. Its meetings open there to who leads it."""
    return reverse("party:organisation", args=[organisation.pk]) if ask.may(Permission.VIEW_PARTY) else ""


def tabulate_lines(lines: Sequence[Line], ask: Ask) -> Table:
    """Return the table of organisations."""
    kinds = [kind for kind in MeetingKind if any(line.kept[kind].due for line in lines)]
    has_community = ask.area.level != AreaLevel.COMMUNITY
    columns = [
        Column(_("党组织")),
        *([Column(_("社区"))] if has_community else []),
        *(Column(kind.label, Sort.COUNT, _("次")) for kind in kinds),
        Column(_("党员"), Sort.COUNT, _("人")),
        Column(_("空缺职务"), Sort.COUNT, _("个")),
        Column(_("任期届满")),
    ]
    rows: list[Sequence[Cell]] = [
        [
            line.organisation.name,
            *([line.organisation.community.name] if has_community else []),
            *(line.kept[kind].cell for kind in kinds),
            line.standing.members,
            len(line.standing.vacancies),
            say_term(line.standing),
        ]
        for line in lines
    ]
    note = say_absent(kinds)
    note += _("会议一栏是“按期开的次数 / 应开的次数”，还没到期和登记免开的不算；党小组的会算在支部里。")
    if ask.hides:
        note += _("党员不足 %(few)s 人的显示为“—”。") % {"few": settings.SMALL_CELL}
    urls = [link_to(line.organisation, ask) for line in lines]
    return Table("organisations", _("各党组织"), columns, rows, urls, note=note, stacks=True)


def say_absent(kinds: Sequence[MeetingKind]) -> str:
    """Return why meetings of some kinds have no column; "" where all have one, or none."""
    absent = [str(kind.label) for kind in MeetingKind if kind not in kinds]
    if not (kinds and absent):
        return ""
    return _("没有%(kinds)s一栏：这个时期还没有到期的。") % {"kinds": _("、").join(absent)}


def say_term(standing: Standing) -> Cell:
    """Return the end of a term, and in words when it is to be looked at."""
    if standing.term is None:
        return str(TermState.NONE.label)
    day = f"{standing.term.ends_on:%Y-%m-%d}"
    if standing.term_state in (TermState.OVERDUE, TermState.ENDING):
        return _("%(day)s（%(state)s）") % {"day": day, "state": standing.term_state.label}
    return day


def tabulate_missed(slots: Iterable[Slot], ask: Ask, *, can_be_held: bool) -> Table:
    """Return what was missed: what can still be made up for, soonest first, or what can no longer."""
    missed = [slot for slot in slots if slot.state == State.MISSED and slot.can_be_held(ask.today) == can_be_held]
    missed.sort(key=lambda slot: (slot.last_day, slot.organisation.community.code, slot.organisation.name, slot.kind))
    has_community = ask.area.level != AreaLevel.COMMUNITY
    columns = [Column(_("党组织")), *([Column(_("社区"))] if has_community else [])]
    columns += [Column(_("会议")), Column(_("哪一期")), Column(_("补开期限"))]
    rows: list[Sequence[Cell]] = [
        [
            name_below(slot.organisation),
            *([slot.organisation.community.name] if has_community else []),
            str(slot.kind.label),
            slot.full_label,
            f"{slot.last_day:%Y-%m-%d}",
        ]
        for slot in missed
    ]
    urls = [link_to(slot.organisation, ask) for slot in missed]
    if can_be_held:
        return Table("missed", _("没有按期开，还能补"), columns, rows, urls, stacks=True)
    return Table("lapsed", _("没有开，补开期限已过"), columns, rows, urls, stacks=True)


def name_below(organisation: Organisation) -> str:
    """Return the name of an organisation, of a group with its branch: every branch has a first group."""
    if organisation.kind == Kind.GROUP and organisation.parent:
        return _("%(branch)s · %(group)s") % {"branch": organisation.parent.name, "group": organisation.name}
    return organisation.name
