"""Rules to start from, as the work methods of the streets name them: each fills in the form for a new rule."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities.models import ActivityKind
from cadence.models import CadenceRule

Every = CadenceRule.Every


@dataclass(frozen=True)
class Preset:
    """A rule to start from; `kinds` are names of the catalogue, `fields` initial values of the form."""

    code: str
    name: str | Promise
    every: str
    kinds: tuple[str, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def every_label(self) -> str | Promise:
        """How often, in words."""
        return Every(self.every).label

    def fill(self) -> dict[str, Any]:
        """Return initial values; a kind that administrators have renamed or closed is left out."""
        kinds = ActivityKind.objects.active().filter(name__in=self.kinds)
        return {"name": str(self.name), "every": self.every, "kinds": list(kinds), **self.fields}


PRESETS = {
    preset.code: preset
    for preset in (
        Preset("small", _("每周小活动"), Every.WEEK, fields={"grace_days": 7}),
        Preset("big", _("每月大活动"), Every.MONTH, fields={"min_people": 50}),
        Preset(
            "doors",
            _("网格周三入户日"),
            Every.DAY,
            fields={"weekdays": [3], "per": CadenceRule.Per.GRID, "category": "visit", "grace_days": 6},
        ),
        Preset("theme_day", _("一日一主题"), Every.DAY, fields={"weekdays": [1], "grace_days": 6}),
        Preset("members", _("支部党员大会"), Every.QUARTER, kinds=("支部党员大会",), fields={"grace_days": 30}),
        Preset("committee", _("支委会"), Every.MONTH, kinds=("支委会",)),
        Preset("groups", _("党小组会"), Every.MONTH, kinds=("党小组会",)),
        Preset("lecture", _("党课"), Every.QUARTER, kinds=("党课",), fields={"grace_days": 30}),
        Preset("party_day", _("主题党日"), Every.MONTH, kinds=("主题党日",)),
    )
}
