"""Which grid a feature is: by a property with grid codes, or by properties with the names of community and grid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from communities.models import Street
from grids.boundaries.reading import Feature
from grids.models import Grid

CODE_DIGITS = 15
USUAL = "code"  # of the template


@dataclass(frozen=True)
class Register:
    """The grids of a street by code and by names, abolished ones apart."""

    street: Street
    current: dict[str, Grid]
    abolished: frozenset[str]

    @property
    def by_name(self) -> dict[tuple[str, str], Grid]:
        """Names of community and grid -> grid."""
        return {(grid.community.name, grid.name): grid for grid in self.current.values()}


@dataclass(frozen=True)
class Keys:
    """The properties that tell the grid: `code`, or else `community` and `grid`; "" where there is none."""

    code: str = ""
    community: str = ""
    grid: str = ""


def read_register(street: Street) -> Register:
    """Return the grids of the street."""
    grids = Grid.objects.filter(community__street=street).select_related("community").order_by("code")
    current = {grid.code: grid for grid in grids if grid.valid_to is None}
    return Register(street, current, frozenset(grid.code for grid in grids if grid.valid_to is not None))


def list_properties(features: Sequence[Feature]) -> list[str]:
    """Return the names of all properties, in their order."""
    return list(dict.fromkeys(name for feature in features for name in feature.properties))


def find_keys(features: Sequence[Feature], register: Register, chosen: str = "") -> Keys:
    """Return the properties that tell the grid: the chosen one, else those whose values fit the register most often."""
    names = list_properties(features)
    if chosen in names:
        return Keys(code=chosen)
    if code := find_best(features, names, lambda value: value in register.current):
        return Keys(code=code)
    communities = {grid.community.name for grid in register.current.values()}
    grids = {grid.name for grid in register.current.values()}
    community = find_best(features, names, lambda value: value in communities)
    grid = find_best(features, names, lambda value: value in grids)
    if community and grid:
        return Keys(community=community, grid=grid)
    return Keys(code=USUAL if USUAL in names else find_best(features, names, looks_like_code))


def find_best(features: Sequence[Feature], names: Sequence[str], fits: Callable[[str], bool]) -> str:
    """Return the name of the property that fits most often, the first of several; "" where none ever does."""
    scores = {name: sum(fits(feature.properties.get(name, "")) for feature in features) for name in names}
    best = max(scores, key=lambda name: scores[name], default="")
    return best if best and scores[best] else ""


def looks_like_code(value: str) -> bool:
    """Tell whether a text is as long as a grid code."""
    return len(value) == CODE_DIGITS and value.isascii() and value.isdigit()


def find_grid(feature: Feature, keys: Keys, register: Register) -> Grid | str:
    """Return the grid of a feature, or why there is none."""
    if not keys.code:
        names = feature.properties.get(keys.community, ""), feature.properties.get(keys.grid, "")
        if not any(names):
            return _("没有写网格代码，也没有写社区和网格的名称")
        return register.by_name.get(names) or _("没有叫“%(names)s”的网格") % {"names": " ".join(names).strip()}
    code = feature.properties.get(keys.code, "")
    if not code:
        return _("没有写网格代码")
    if code in register.current:
        return register.current[code]
    if code in register.abolished:
        return _("网格 %(code)s 已经撤销") % {"code": code}
    # Whether another street has such a grid is not looked up: that is for its own administrators.
    if looks_like_code(code) and not code.startswith(register.street.code):
        return _("网格 %(code)s 不在您的街道") % {"code": code}
    return _("网格代码 %(code)s 不存在") % {"code": code}
