"""Invents the activities of a community over two years and what became of them; who comes is drawn by crowds.py."""

import base64
import json
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from activities.models import Activity, Method
from demo.activities import ASSIGNED_BY
from demo.people import GIVEN, SURNAMES
from demo.reports import SETTLED_DAYS, WAITING_DAYS, count_answers
from demo.scale.copying import Sheaf
from demo.scale.crowds import Crowd
from demo.scale.persons import Neighbour
from demo.scale.places import Place
from demo.scale.programme import CHILDREN, ELDERS, PARTY, SORTS, Calendar, Sort
from demo.scale.sizes import YEARS, share_out
from visits.models import Visit

CANCELLED, PLANNED = 0.03, 0.02  # of all activities
PLANNED_DAYS = 28
LATE, LATE_DAYS = 0.04, (14, 75)  # reports that come weeks later, and how late
ADDED_LATER = 0.015  # participants whom somebody remembers weeks later
TARGETED_GROUPS, TARGETED_GRIDS = 0.25, 0.12
WITH_UNNAMED, WITH_OUTSIDERS, WITH_RATINGS = 0.35, 0.1, 0.3
CANCEL_REASONS = ("天气原因，活动取消", "主讲人临时有事，改期举行", "场地检修，改期举行")
GROUPS_OF_CROWD = {PARTY: ("party_member",), CHILDREN: ("youth",), ELDERS: ("retired", "hardship")}
METHODS = ((Method.TICKED, 55), (Method.LISTED, 25), (Method.SCANNED, 12), (Method.POSTER, 5), (Method.KIOSK, 3))
SHARE_OF_A_COMMUNITY = 0.35  # nobody has room for more


@dataclass(frozen=True)
class Catalogue:
    """Keys of catalogue rows by name (groups: by code). `kinds` are (key, usual minutes, whether hours count)."""

    kinds: dict[str, tuple[int, int, bool]]
    themes: dict[str, int]
    programmes: dict[str, int]
    groups: dict[str, int]
    confidential: frozenset[str]


@dataclass
class Draft:
    """An activity on its way into the table. Times are local."""

    key: int
    sort: Sort
    starts_at: datetime
    status: Activity.Status
    ends_at: datetime = field(init=False)
    recorded_at: datetime = field(init=False)
    heads: int = 0
    grids: Sequence[int] = ()

    @property
    def is_held(self) -> bool:
        """Whether it took place."""
        return self.status == Activity.Status.HELD


class Organiser:
    """Makes the activities of one place, and who came, from one random stream."""

    def __init__(
        self,
        place: Place,
        today: date,
        calendar: Calendar,
        catalogue: Catalogue,
        neighbours: list[Neighbour],
        sheaf: Sheaf,
    ) -> None:
        self.place, self.today, self.calendar, self.catalogue, self.sheaf = place, today, calendar, catalogue, sheaf
        self.dice = random.Random(place.seed + 1)  # noqa: S311 - invented activities, not secrets
        self.now = datetime.combine(today, time(8))
        self.crowd = Crowd(neighbours, today - timedelta(days=365 * YEARS), self.dice)

    def organise(self) -> None:
        """Add the rows of the place's activities and participations, as many as it is to have."""
        drafts = list(self.draft())
        for draft in drafts:
            self.complete(draft)
        met = sum(self.visit(draft) for draft in drafts if draft.is_held and self.is_visit(draft))
        named = [draft for draft in drafts if draft.is_held and self.gathers_names(draft)]
        sizes = [draft.sort.people * self.dice.lognormvariate(0, 0.35) for draft in named]
        self.gather(named, share_out(max(0, self.place.participations - met), sizes))
        for draft in drafts:
            self.add(draft)

    def draft(self) -> Iterator[Draft]:
        """Yield the activities: most were held, a few withdrawn, some are to come."""
        dice, number = self.dice, self.place.activities
        planned = round(number * PLANNED)
        days = dice.sample(range(1, PLANNED_DAYS + 1), min(planned, PLANNED_DAYS))  # one a day: venues do not clash
        sorts = dice.choices(SORTS, [sort.often for sort in SORTS], k=number - len(days))
        for sort in sorts:
            status = Activity.Status.CANCELLED if dice.random() < CANCELLED else Activity.Status.HELD
            yield Draft(self.sheaf.new_key("activities_activity"), sort, self.calendar.draw(sort, dice), status)
        for day in sorted(days):
            sort = dice.choice([sort for sort in SORTS if sort.theme])
            starts_at = datetime.combine(self.today + timedelta(days=day), self.calendar.draw_hour(sort, dice))
            status = Activity.Status.PUBLISHED if dice.random() < 0.7 else Activity.Status.PLANNED
            yield Draft(self.sheaf.new_key("activities_activity"), sort, starts_at, status)

    def complete(self, draft: Draft) -> None:
        """Say how long it lasts, for whom it is meant, and when it was written down."""
        dice = self.dice
        draft.ends_at = draft.starts_at + timedelta(minutes=self.catalogue.kinds[draft.sort.kind][1])
        later = timedelta(days=dice.randint(*LATE_DAYS)) if dice.random() < LATE else timedelta(0)
        draft.recorded_at = min(draft.ends_at + timedelta(minutes=dice.randint(20, 2400)) + later, self.now)
        if draft.sort.theme and dice.random() < TARGETED_GRIDS:
            draft.grids = dice.sample(self.place.grids, min(len(self.place.grids), dice.randint(2, 5)))

    def is_visit(self, draft: Draft) -> bool:
        """Tell whether it is a home visit."""
        return draft.sort.theme is None

    def gathers_names(self, draft: Draft) -> bool:
        """Tell whether participants are named at it."""
        return not self.is_visit(draft) and draft.sort.kind not in self.catalogue.confidential

    def gather(self, drafts: list[Draft], sizes: list[int]) -> None:
        """Let so many people come to each; who finds no room comes to the next."""
        room = max(1, int(len(self.crowd.neighbours) * SHARE_OF_A_COMMUNITY))
        waiting = 0
        for draft, size in zip(drafts, sizes, strict=True):
            came = self.crowd.draw(draft.sort.crowd, draft.starts_at.date(), min(room, size + waiting), draft.grids)
            waiting += size - len(came)
            draft.heads = len(came)
            self.note(draft, came)

    def note(self, draft: Draft, came: dict[int, int]) -> None:
        """Add who came."""
        dice, sheaf, people = self.dice, self.sheaf, self.crowd.neighbours
        counts_hours = self.catalogue.kinds[draft.sort.kind][2]
        usual = dice.choices([method for method, _often in METHODS], [often for _method, often in METHODS])[0]
        method = Method.SCANNED.value if counts_hours else usual.value
        for index, grid in came.items():
            at, by, arrived, left = draft.recorded_at, method, None, None
            if dice.random() < ADDED_LATER:
                at, by = min(at + timedelta(days=dice.randint(*LATE_DAYS)), self.now), Method.LISTED.value
            elif counts_hours:
                arrived = local(draft.starts_at + timedelta(minutes=dice.randint(-15, 10)))
                left = local(draft.ends_at + timedelta(minutes=dice.randint(-20, 15)))
            row = (draft.key, people[index].id, grid, by, local(at), self.place.worker, arrived, left)
            sheaf.add("activities_participation", *row)

    def visit(self, draft: Draft) -> int:
        """Add a home visit with whom was met; return how many those are. Nobody there: the visit did not take place."""
        met = self.crowd.call_at(draft.starts_at.date())
        if not met:
            draft.status = Activity.Status.CANCELLED
            return 0
        draft.heads = len(met)
        at, place = local(draft.recorded_at), self.place
        for index, grid in met.items():
            key = self.crowd.neighbours[index].id
            row = (draft.key, key, grid, Method.VISITED.value, at, place.worker, None, None)
            self.sheaf.add("activities_participation", *row)
        door = self.crowd.neighbours[min(met)].household
        kind = self.catalogue.kinds[draft.sort.kind][0]
        outcome = Visit.Outcome.DONE.value
        about = (place.community, door, draft.key, kind, outcome, local(draft.starts_at), place.worker, at)
        self.sheaf.add("visits_visit", *about, self.token(), "")
        return len(met)

    def token(self) -> uuid.UUID:
        """Return a token that is the same in every run."""
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)

    def add(self, draft: Draft) -> None:
        """Add the row of an activity and what hangs on it."""
        dice, sort = self.dice, draft.sort
        kind = self.catalogue.kinds[sort.kind][0]
        theme = self.catalogue.themes[sort.theme] if sort.theme else None
        title = f"{sort.theme}：{sort.kind}" if sort.theme else sort.kind
        mode = self.mode(sort)
        is_elsewhere = mode == Activity.Mode.ONLINE or not sort.theme or dice.random() < 0.2
        venue = None if is_elsewhere else dice.choice(self.place.venues)
        origin, by = self.origin(sort)
        is_public = draft.status != Activity.Status.PLANNED and bool(sort.theme) and dice.random() < 0.6
        reason = dice.choice(CANCEL_REASONS) if draft.status == Activity.Status.CANCELLED else ""
        self.sheaf.add(
            "activities_activity",
            *(draft.key, self.place.community, kind, theme, title, "", local(draft.starts_at), local(draft.ends_at)),
            *(venue, "", draft.status.value, mode.value, origin.value, by, self.unnamed(draft), "ft"[is_public]),
            *(base64.urlsafe_b64encode(dice.randbytes(9)).decode(), reason, self.token(), self.place.worker),
            *self.reviewed(draft),
        )
        self.tag(draft)
        if draft.is_held and sort.theme:
            self.hear(draft)

    def mode(self, sort: Sort) -> Activity.Mode:
        """Return where people met."""
        if sort.kind == "网上学习":
            return Activity.Mode.ONLINE
        luck = self.dice.random() if sort.theme else 1
        return Activity.Mode.ONLINE if luck < 0.05 else Activity.Mode.HYBRID if luck < 0.09 else Activity.Mode.IN_PERSON

    def origin(self, sort: Sort) -> tuple[Activity.Origin, str]:
        """Return whose idea it was, and who assigned it."""
        luck = self.dice.random()
        if luck < sort.assigned:
            return Activity.Origin.ASSIGNED, self.dice.choice(ASSIGNED_BY)
        return Activity.Origin.RESIDENTS if luck < sort.assigned + sort.wished else Activity.Origin.OWN, ""

    def unnamed(self, draft: Draft) -> int:
        """Return how many came without giving a name."""
        if not draft.is_held or self.is_visit(draft):
            return 0
        if draft.sort.kind in self.catalogue.confidential:
            return 1 + int(self.dice.random() * draft.sort.people)
        return int(self.dice.random() * draft.sort.people / 2) if self.dice.random() < WITH_UNNAMED else 0

    def reviewed(self, draft: Draft) -> tuple[object, ...]:
        """Return recorded_at, reported at and by, verified at and by, return reason, version."""
        if not draft.is_held:
            planned_at = min(draft.starts_at - timedelta(days=10), self.now)
            return local(planned_at), None, None, None, None, "", 1
        at = local(draft.recorded_at)
        settled = (self.now - draft.recorded_at).days
        if settled > SETTLED_DAYS or (settled > WAITING_DAYS and self.dice.random() < 0.75):
            verified_at = draft.recorded_at + timedelta(days=self.dice.randint(1, 4))
            return at, at, self.place.worker, local(verified_at), self.place.officer, "", 1
        return at, at, self.place.worker, None, None, "", 1

    def tag(self, draft: Draft) -> None:
        """Tie it to its programme and to the groups and grids that it is meant for."""
        sort, dice = draft.sort, self.dice
        if sort.programme:
            self.sheaf.add("activities_activity_programmes", draft.key, self.catalogue.programmes[sort.programme])
        if sort.crowd in GROUPS_OF_CROWD and sort.theme and dice.random() < TARGETED_GROUPS:
            group = self.catalogue.groups[dice.choice(GROUPS_OF_CROWD[sort.crowd])]
            self.sheaf.add("activities_activity_target_groups", draft.key, group)
        for grid in draft.grids:
            self.sheaf.add("activities_activity_target_grids", draft.key, grid)

    def hear(self, draft: Draft) -> None:
        """Add guests from elsewhere and anonymous ratings to some of what was held."""
        dice = self.dice
        if dice.random() < WITH_OUTSIDERS:
            for number in range(dice.randint(1, 3)):
                name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=2))
                row = (name, f"{dice.randrange(1000)}{number}", Method.TICKED.value, local(draft.recorded_at))
                self.sheaf.add("activities_outsider", draft.key, *row, self.place.worker)
        if draft.heads > 4 and dice.random() < WITH_RATINGS:
            raters = dice.randint(3, min(draft.heads, 40))
            tally = json.dumps(count_answers(raters, dice))
            shown = raters >= 5
            self.sheaf.add(
                "activities_feedback", draft.key, raters, tally, raters if shown else 0, tally if shown else "{}"
            )


def local(moment: datetime) -> str:
    """Return a local time as PostgreSQL reads it; all of China has one zone."""
    return f"{moment}+08"
