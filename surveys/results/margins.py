"""What the register says about those who were asked, made fit for raking: dimensions, categories, targets.

Categories hold k answers each: small ones are put together with their neighbours of a scale, or with each other. Where
that differs from what is published of the question, the shares of the answers are left out beside the register's.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from communities.models import Community
from grids.groupings import TRAITS_BY_CODE
from grids.models import Grid, Residence, Resident
from grids.population import belonging_on
from surveys.models import Sample, Wave
from surveys.questionnaire import Background, Question, Questionnaire
from surveys.results.disclosure import join_neighbours, join_smallest
from surveys.results.gathering import Cell, Counts
from surveys.results.shapes import Distribution

SEX, AGE, COMMUNITY, GRID = "sex", "age", "community", "grid"


@dataclass(frozen=True)
class Dimension:
    """One set of margins. `slots`: what stands in a cell -> category; `people` of the register by category.

    `is_open`: whether the shares of the answers may be shown. A label is "" for what was put together.
    """

    name: str
    slots: dict[str, str]
    labels: dict[str, str]
    people: dict[str, int]
    is_open: bool

    @property
    def targets(self) -> dict[str, float]:
        """The shares of the register."""
        whole = sum(self.people.values())
        return {category: count / whole for category, count in self.people.items()}

    def place(self, cell: Cell) -> str:
        """Return the category of a cell, "" where it is not known."""
        return self.slots.get(find_slot(cell, self.name), "")


def find_slot(cell: Cell, dimension: str) -> str:
    """Return what a cell has along a dimension."""
    return {SEX: cell.sex, AGE: cell.age, COMMUNITY: str(cell.community), GRID: cell.stratum}[dimension]


class NoAnswersError(Exception):
    """Somebody of the register is not among the answers, and there is nobody like them; its text: see reasons.py."""


class RegisterMargins:
    """The people of a wave in the register on its last day: of its communities and grouping, of the ages asked for."""

    def __init__(self, wave: Wave, questionnaire: Questionnaire) -> None:
        self.day = wave.last_day
        self.communities = list(Community.objects.filter(survey_links__wave=wave).order_by("code"))
        self.sex, self.age = (questionnaire.find_background(name) for name in (Background.SEX, Background.AGE))
        ages = Q(*(TRAITS_BY_CODE[code].on(self.day) for code in list_traits(self.age)), _connector=Q.OR)
        self.universe = belonging_on(self.day, wave.grouping) & ages
        self.spells = Residence.objects.on(self.day).filter(grid__community__in=self.communities)

    def count_traits(self, question: Question) -> dict[str, int]:
        """Return option -> people, for the options that the register knows."""
        people = Resident.objects.filter(self.universe, pk__in=self.spells.values("resident"))
        codes = list_traits(question)
        found = people.aggregate(**{code: Count("pk", filter=TRAITS_BY_CODE[code].on(self.day)) for code in codes})
        return {code: found[code] for code in codes}

    def count_communities(self) -> dict[str, int]:
        """Return community -> people."""
        spells = self.spells.filter(resident__in=Resident.objects.filter(self.universe))
        rows = spells.order_by().values_list("grid__community").annotate(count=Count("pk"))
        found = {str(key): count for key, count in rows}
        return {str(community.pk): found.get(str(community.pk), 0) for community in self.communities}


def list_traits(question: Question | None) -> list[str]:
    """Return the options of a background question that are traits of the register."""
    return [code for code in question.option_codes if code in TRAITS_BY_CODE] if question else []


def list_dimensions(
    wave: Wave, questionnaire: Questionnaire, counts: Counts, published: Mapping[str, Distribution]
) -> list[Dimension]:
    """Return the dimensions to rake over; raises NoAnswersError when some have people without answers."""
    register = RegisterMargins(wave, questionnaire)
    made = []
    for name, question in ((SEX, register.sex), (AGE, register.age)):
        if question and len(list_traits(question)) > 1:
            people = register.count_traits(question)
            labels = question.labels
            answers = count_along(counts, name)
            dimension = join(name, answers, people, labels, k=wave.k, is_ordered=name == AGE)
            made.append(hold_back(dimension, published.get(question.code)))
    grids = count_grids(wave) if wave.keeps_strata else None
    if grids:
        slots, people, labels = grids
        answers = Counter(
            {key: sum(count_along(counts, GRID)[one] for one in slots if slots[one] == key) for key in people}
        )
        dimension = join(GRID, answers, people, labels, k=wave.k, is_ordered=False)
        whole = {stratum: dimension.slots[key] for stratum, key in slots.items() if key in dimension.slots}
        made.append(Dimension(GRID, whole, dimension.labels, dimension.people, is_open=False))
    elif len(register.communities) > 1:
        labels = {str(community.pk): community.name for community in register.communities}
        answers = count_along(counts, COMMUNITY)
        made.append(join(COMMUNITY, answers, register.count_communities(), labels, k=wave.k, is_ordered=False))
    return made


def count_along(counts: Counts, name: str) -> Counter[str]:
    """Return how many answers stand where, along one dimension."""
    found: Counter[str] = Counter()
    for cell, count in counts.cells.items():
        found[find_slot(cell, name)] += count
    return found


def join(
    name: str,
    answers: Mapping[str, int],
    people: Mapping[str, int],
    labels: Mapping[str, str],
    *,
    k: int,
    is_ordered: bool,
) -> Dimension:
    """Return the dimension with categories of k answers and some people each."""
    keys = [key for key in people if people[key] or answers.get(key)]
    found = [answers.get(key, 0) for key in keys]
    # Nobody at all is as bad as too few: one cannot be weighted up.
    filled = [max(count, 1) for count in found]
    groups = join_neighbours(filled, k) if is_ordered else join_smallest(filled, k)
    names = [str(number) for number in range(len(groups))]
    slots = {keys[i]: number for number, group in zip(names, groups, strict=True) for i in group}
    counted = {number: sum(people[keys[i]] for i in group) for number, group in zip(names, groups, strict=True)}
    answered = [sum(found[i] for i in group) for group in groups]
    if not any(people.values()):
        raise NoAnswersError("weights_register")
    if len(groups) < 2 or min(answered) < k or not all(counted.values()):
        raise NoAnswersError("weights_empty")
    texts = [
        "、".join(str(labels[keys[i]]) for i in group) if is_ordered or len(group) == 1 else "" for group in groups
    ]
    return Dimension(name, slots, dict(zip(names, texts, strict=True)), counted, is_open=True)


def hold_back(dimension: Dimension, published: Distribution | None) -> Dimension:
    """Return the dimension without the shares of answers, unless each category was published as it is."""
    shown = {frozenset(share.codes) for share in published.shares} if published else set()
    groups: dict[str, set[str]] = defaultdict(set)
    for key, category in dimension.slots.items():
        groups[category].add(key)
    is_open = all(frozenset(group) in shown for group in groups.values())
    return Dimension(dimension.name, dimension.slots, dimension.labels, dimension.people, is_open)


def count_grids(wave: Wave) -> tuple[dict[str, str], dict[str, int], dict[str, str]] | None:
    """Return stratum -> set of grids, people and names of such sets, from the frame of the sample; None without one.

    A stratum may hold several grids; grids that share one cannot be told apart.
    """
    sample = Sample.objects.filter(wave=wave, method=Sample.Method.STRATIFIED).first()
    if sample is None:
        return None
    sets = join_sets([{grid for grid, _group in row["cells"]} for row in sample.frame])
    names = dict(Grid.objects.filter(pk__in=set().union(*sets)).values_list("pk", "name")) if sets else {}
    keys = {grid: str(min(together)) for together in sets for grid in together}
    slots = {row["code"]: keys[row["cells"][0][0]] for row in sample.frame}
    people: Counter[str] = Counter()
    for row in sample.frame:
        people[slots[row["code"]]] += row["population"]
    labels = {str(min(together)): "、".join(names.get(grid, "") for grid in sorted(together)) for together in sets}
    return slots, dict(people), labels


def join_sets(sets: Sequence[set[int]]) -> list[set[int]]:
    """Return the unions of all sets that touch one another."""
    made: list[set[int]] = []
    for one in sets:
        touching = [other for other in made if other & one]
        made = [other for other in made if not other & one] + [set(one).union(*touching)]
    return made
