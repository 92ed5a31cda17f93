"""How organisations stand on a day: place in the tree, secretary, members in numbers, vacancies, term. Nothing stored.

Writes: organisations.py and offices.py. Who the members are: OrganisationQuerySet.led_by.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Level
from communities.models import Community
from party.models import Membership, Office, Organisation, Term

Kind = Organisation.Kind
Post = Office.Post
WITH_TERMS = (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH)


class TermState(models.TextChoices):
    """Where an organisation stands in its term."""

    NONE = "none", _("未登记任期")
    RUNNING = "running", _("任期内")
    ENDING = "ending", _("即将届满")
    OVERDUE = "overdue", _("超期未换届")


@dataclass(frozen=True)
class Standing:
    """An organisation on a day. `members` is None where nobody is a member directly, or where the number is hidden.

    `secretary` is the name of an account, which is no secret; who holds a post as a member is not said here.
    """

    organisation: Organisation
    depth: int
    secretary: str
    members: int | None
    is_hidden: bool
    vacancies: tuple[Office.Post, ...]
    term: Term | None
    term_state: TermState | None
    is_led: bool


def read_standings(organisations: Iterable[Organisation], user: User, day: date) -> list[Standing]:
    """Return how organisations stand on the day, as a tree: each below its parent, where that is among them.

    Five queries, however many organisations. Above the own community small numbers of members are hidden.
    """
    tree = list(walk(list(organisations)))
    keys = [organisation.pk for organisation, _depth in tree]
    offices: dict[int, list[Office]] = defaultdict(list)
    for office in Office.objects.on(day).filter(organisation__in=keys).select_related("user"):
        offices[office.organisation_id].append(office)
    terms = read_terms(keys, day)
    members = count_members(keys, day)
    led = set(Organisation.objects.led_by(user, day).values_list("pk", flat=True))
    standings = []
    for organisation, depth in tree:
        count, is_hidden = show_members(organisation, members[organisation.pk], user)
        term = terms.get(organisation.pk)
        standings.append(
            Standing(
                organisation=organisation,
                depth=depth,
                secretary=name_secretary(offices[organisation.pk]),
                members=count,
                is_hidden=is_hidden,
                vacancies=find_vacancies(organisation, [office.post for office in offices[organisation.pk]]),
                term=term,
                term_state=judge_term(organisation, term, day),
                is_led=organisation.pk in led,
            )
        )
    return standings


def walk(organisations: list[Organisation]) -> Iterator[tuple[Organisation, int]]:
    """Yield organisations with their depth, children after their parent; at the top whose parent is not among them."""
    keys = {organisation.pk for organisation in organisations}
    below: dict[int | None, list[Organisation]] = defaultdict(list)
    order = {kind: number for number, kind in enumerate(Kind)}
    for organisation in sorted(organisations, key=lambda one: (order[Kind(one.kind)], one.founded_on, one.pk)):
        below[organisation.parent_id if organisation.parent_id in keys else None].append(organisation)
    waiting = [(organisation, 0) for organisation in reversed(below[None])]
    while waiting:
        organisation, depth = waiting.pop()
        yield organisation, depth
        waiting += [(child, depth + 1) for child in reversed(below[organisation.pk])]


def count_members(organisations: Iterable[int], day: date) -> Counter[int]:
    """Return how many members branches, and their groups, have on the day, with two queries."""
    spells = Membership.objects.on(day)
    counts: Counter[int] = Counter()
    for column in ("organisation", "group"):
        rows = spells.filter(**{f"{column}__in": organisations}).order_by().values_list(column)
        counts.update(dict(rows.annotate(members=Count("pk"))))
    return counts


def show_members(organisation: Organisation, members: int, user: User) -> tuple[int | None, bool]:
    """Return the number of members as the user may read it, and whether it is hidden (counting rule 9).

    Above the own community groups have no number at all: branch less groups would tell what is hidden.
    """
    if organisation.kind not in (Kind.BRANCH, Kind.GROUP):
        return None, False
    if user.level == Level.COMMUNITY:
        return members, False
    is_hidden = organisation.kind == Kind.GROUP or 0 < members < settings.SMALL_CELL
    return (None if is_hidden else members), is_hidden


def name_secretary(offices: Iterable[Office]) -> str:
    """Return the name of the account that is secretary, "" without one."""
    return next((str(office.user) for office in offices if office.post == Post.SECRETARY and office.user), "")


def list_required(organisation: Organisation) -> tuple[Office.Post, ...]:
    """Return the posts that an organisation must have filled."""
    required = Office.REQUIRED[organisation.kind]
    if organisation.is_branch and organisation.has_committee:
        required = (*required, *Office.OF_COMMITTEE)
    return tuple(Post(post) for post in required)


def find_vacancies(organisation: Organisation, held: Iterable[str]) -> tuple[Office.Post, ...]:
    """Return the required posts that are not among those held."""
    held = set(held)
    return tuple(post for post in list_required(organisation) if post not in held)


def read_terms(organisations: Iterable[int], day: date) -> dict[int, Term]:
    """Return the latest term that had begun by the day, by organisation."""
    terms = Term.objects.filter(organisation__in=organisations, starts_on__lte=day).order_by("starts_on")
    return {term.organisation_id: term for term in terms}


def judge_term(organisation: Organisation, term: Term | None, day: date) -> TermState | None:
    """Return where an organisation stands in its term; None for groups and households, which have none."""
    if organisation.kind not in WITH_TERMS:
        return None
    if term is None:
        return TermState.NONE
    if term.ends_on < day:
        return TermState.OVERDUE
    return TermState.ENDING if term.ends_on <= add_months(day, settings.TERM_NOTICE_MONTHS) else TermState.RUNNING


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later; the 28th at the latest, which every month has."""
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, min(day.day, 28))


@dataclass(frozen=True)
class CommunityTree:
    """The organisations of a community."""

    community: Community
    standings: list[Standing]

    @property
    def members(self) -> int | None:
        """Members of its branches, or None."""
        return sum_members(self.standings)

    @property
    def vacant(self) -> int:
        """How many posts nobody holds."""
        return count_vacancies(self.standings)

    @property
    def overdue(self) -> int:
        """How many organisations are beyond their term."""
        return count_overdue(self.standings)


def sum_members(standings: Iterable[Standing]) -> int | None:
    """Return the members of the branches; None where one of the numbers is hidden: the sum would tell it."""
    branches = [one for one in standings if one.organisation.is_branch]
    return None if any(one.is_hidden for one in branches) else sum(one.members or 0 for one in branches)


def count_vacancies(standings: Iterable[Standing]) -> int:
    """Return how many posts nobody holds."""
    return sum(len(one.vacancies) for one in standings)


def count_overdue(standings: Iterable[Standing]) -> int:
    """Return how many organisations are beyond their term."""
    return sum(one.term_state == TermState.OVERDUE for one in standings)


def read_trees(user: User, day: date) -> list[CommunityTree]:
    """Return the organisations that the user may meet, community by community; those without any too."""
    here = Organisation.objects.visible_to(user).existing_on(day).select_related("community", "parent")
    by_community: dict[int, list[Standing]] = defaultdict(list)
    for standing in read_standings(here, user, day):
        by_community[standing.organisation.community_id].append(standing)
    communities = user.communities().current().order_by("code")  # type: ignore[attr-defined]
    return [CommunityTree(community, by_community[community.pk]) for community in communities]
