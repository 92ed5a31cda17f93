"""The shapes in which results leave this package. Whatever is None here is hidden, or there is nothing to be said.

Shares are between 0 and 1. Counts are of persons; of a question with several answers they may add up to more than n.
"""

from dataclasses import dataclass, field

WORST_ERROR = 0.15  # of a mean on a scale of five: more says too little


@dataclass(frozen=True)
class Share:
    """How many gave an answer. `codes` has several options where small ones were put together.

    `is_multiple`: an option beside which others can be given, so that shares add up to more than 1. `mean_place` is of
    a ranking, whose counts are first places.
    """

    codes: tuple[str, ...]
    label: str
    count: int | None
    weighted: float | None = None  # share of the base, 0 to 1; rounded, see results/weighting.py
    is_multiple: bool = False
    mean_place: float | None = None

    @property
    def middle(self) -> float:
        """The score in the middle of a category of a scale."""
        scores = [float(code) for code in self.codes]
        return (min(scores) + max(scores)) / 2

    @property
    def spread(self) -> float:
        """How far the scores of a category of a scale lie apart."""
        scores = [float(code) for code in self.codes]
        return max(scores) - min(scores)


@dataclass(frozen=True)
class Distribution:
    """The answers to one variable. `n`: valid answers, the base of all shares; None where all is withheld.

    `withheld` says why in the reader's language, "" where something is shown. Means are of scales and numbers; where
    options had to be put together the mean is made of the middles, and `mean_error` is what it may be wrong by.
    """

    variable: str
    name: str
    n: int | None
    shares: tuple[Share, ...] = ()
    mean: float | None = None
    deviation: float | None = None
    weighted_mean: float | None = None
    withheld: str = ""
    mean_error: float = 0.0

    @property
    def is_weighted(self) -> bool:
        """Whether it carries weighted shares."""
        return any(share.weighted is not None for share in self.shares)


@dataclass(frozen=True)
class CommunityRow:
    """The answers of one community to a variable; `counts` stand in the order of the Breakdown's shares."""

    community_id: int
    name: str
    n: int | None
    counts: tuple[int | None, ...]


@dataclass(frozen=True)
class Breakdown:
    """A variable by community. `shares` are those of all communities together."""

    variable: str
    name: str
    shares: tuple[Share, ...]
    rows: tuple[CommunityRow, ...]
    withheld: str = ""


@dataclass(frozen=True)
class CrossTable:
    """Two variables, among those who answered both: `counts[row][column]`, None where hidden.

    The base of a row's shares is `row_totals`, of a column's `column_totals`. With several answers to a question the
    totals are persons, and rows or columns may add up to more.
    """

    first: str
    second: str
    first_name: str
    second_name: str
    rows: tuple[str, ...] = ()  # labels
    columns: tuple[str, ...] = ()
    counts: tuple[tuple[int | None, ...], ...] = ()
    row_totals: tuple[int | None, ...] = ()
    column_totals: tuple[int | None, ...] = ()
    n: int | None = None
    withheld: str = ""


@dataclass(frozen=True)
class Texts:
    """What was written to a question, in random order and masked. `withheld` says why not, "" where it may be read."""

    texts: tuple[str, ...] = ()
    withheld: str = ""


@dataclass(frozen=True)
class Margin:
    """A category of the register's margins and what the answers came to before and after weighting, as shares.

    `answers` is None where it would tell what is hidden elsewhere.
    """

    dimension: str
    label: str
    register: float
    answers: float | None
    weighted: float


@dataclass(frozen=True)
class Weighting:
    """How answers were weighted; `design_effect` is Kish's 1 + cv². `refused` says why not, "" when they were."""

    margins: tuple[Margin, ...] = ()
    effective_n: float | None = None
    design_effect: float | None = None
    refused: str = ""


@dataclass(frozen=True)
class Rate:
    """AAPOR response rate RR2: (complete + partial) / (all that are or may be eligible); None without cards."""

    completes: int
    partials: int
    issued: int
    refused: int = 0
    not_contacted: int = 0
    other: int = 0
    unknown: int = 0
    ineligible: int = 0

    @property
    def rr2(self) -> float | None:
        """The rate, 0 to 1; None when no card was issued."""
        eligible = self.issued - self.ineligible
        return min((self.completes + self.partials) / eligible, 1.0) if eligible > 0 else None


@dataclass(frozen=True)
class Results:
    """All that may be shown of a wave without further choice; cross tables are asked for one by one.

    While a wave is open (not final) every count in here is rounded down to a multiple of k, so that nobody learns by
    subtraction what those answered who came in between; shares are rough then, and there is nothing by community.
    """

    answers: int
    is_final: bool
    distributions: tuple[Distribution, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    weighting: Weighting = field(default_factory=Weighting)
    rate: Rate | None = None

    def find(self, variable: str) -> Distribution | None:
        """Return the distribution of a variable."""
        return next((one for one in self.distributions if one.variable == variable), None)
