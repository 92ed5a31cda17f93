"""Forms of the area pages: the four changes, new grids and new names. What a choice means: area_plans.py."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities.models import Area, Community, Street
from grids.area_changes import merge_communities, merge_grids, split_community, split_grid
from grids.area_plans import (
    AreaPlan,
    count_people,
    plan_community_merge,
    plan_community_split,
    plan_grid_merge,
    plan_grid_split,
    suggest_community_code,
)
from grids.forms.days import PastDayInput
from grids.models import AreaChange, Building, Grid

MAX_PARTS = 4
NAME_LENGTH = 60


class AreaChangeForm(forms.Form):
    """What the four changes share: the day, and a plan made of the choices, whose refusals are the form's errors."""

    page = ""
    title: str | Promise = ""
    make_plan: Callable[..., AreaPlan]
    act: Callable[..., AreaChange]

    day = forms.DateField(
        label=gettext_lazy("生效日期"),
        widget=PastDayInput,
        initial=timezone.localdate,
        help_text=gettext_lazy("从这一天起按新的区划算。可以补记 31 天以内的日期，不能填将来：到生效当天再操作。"),
    )

    @property
    def choices(self) -> dict[str, Any]:
        """What the plan and the action are asked for."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Make the plan."""
        data = super().clean() or {}
        if not self.errors:
            try:
                self.plan = type(self).make_plan(**self.choices)
            except ValidationError as error:
                self.add_error(None, error.messages)
        return data

    def carry_out(self, *, by: User) -> AreaChange:
        """Do what the plan says, unless the register has changed since it was made."""
        return type(self).act(seen=self.plan.fingerprint, by=by, **self.choices)


class MergeForm(AreaChangeForm):
    """Which areas become one, and which one."""

    page = "grids/area_merge.html"

    areas = forms.TypedMultipleChoiceField(coerce=int, widget=forms.CheckboxSelectMultiple)
    into = forms.TypedChoiceField(
        label=gettext_lazy("合并后"), coerce=int, empty_value=None, required=False, widget=forms.Select
    )
    name = forms.CharField(
        label=gettext_lazy("新名称"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=gettext_lazy("并入其中一个时不用填。"),
    )

    def offer(self, areas: Iterable[Area], people: dict[int, int], label: str, new: str) -> None:
        """Offer these areas, with how many people live in each."""
        areas, text, kept = list(areas), _("%(area)s（%(count)s 人）"), _("并入“%(area)s”，名称和代码不变")
        labels = [(area.pk, text % {"area": area.name, "count": people.get(area.pk, 0)}) for area in areas]
        self.fields["areas"].choices = labels  # type: ignore[attr-defined]
        self.fields["areas"].label = label
        self.fields["into"].choices = [("", new), *((area.pk, kept % {"area": area.name}) for area in areas)]  # type: ignore[attr-defined]


class MergeGridsForm(MergeForm):
    """Grids of one community become one."""

    title = gettext_lazy("合并网格")
    make_plan = plan_grid_merge
    act = merge_grids

    apart = forms.TypedChoiceField(
        label=gettext_lazy("几个网格里名称相同的楼栋"),
        coerce=lambda value: value == "1",
        choices=[
            ("0", gettext_lazy("是同一栋楼，按门牌合为一栋")),
            ("1", gettext_lazy("是不同的楼，在楼名前加原网格名")),
        ],
        initial="0",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = count_people(community.street, timezone.localdate())
        self.offer(Grid.objects.current().filter(community=community), people, _("要合并的网格"), _("新设一个网格"))

    @property
    def choices(self) -> dict[str, Any]:
        """Arguments of plan_grid_merge()."""
        data = self.cleaned_data
        names = ("into", "name", "day", "apart")
        return {"grids": data["areas"], **{name: data[name] for name in names}}


class MergeCommunitiesForm(MergeForm):
    """Communities of one street become one."""

    title = gettext_lazy("合并社区")
    make_plan = plan_community_merge
    act = merge_communities

    code = forms.CharField(label=gettext_lazy("新区划代码"), max_length=12, required=False)

    field_order = ("areas", "into", "name", "code", "day")

    def __init__(self, *args: Any, street: Street, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        communities = list(Community.objects.current().filter(street=street))
        self.offer(communities, count_residents(street), _("要合并的社区"), _("新设一个社区"))
        self.fields["code"].initial = suggest_community_code(street)
        self.fields["code"].help_text = _("12 位，前 9 位是 %(code)s。并入其中一个时不用填。") % {"code": street.code}

    @property
    def choices(self) -> dict[str, Any]:
        """Arguments of plan_community_merge()."""
        data = self.cleaned_data
        return {"communities": data["areas"], **{name: data[name] for name in ("into", "code", "name", "day")}}


def count_residents(street: Street) -> dict[int, int]:
    """Return how many people live in each community of the street today, by community key."""
    people = count_people(street, timezone.localdate())
    counts: dict[int, int] = {}
    for grid, community in Grid.objects.filter(community__street=street).values_list("pk", "community"):
        counts[community] = counts.get(community, 0) + people.get(grid, 0)
    return counts


class SplitForm(AreaChangeForm):
    """Which parts an area is split into, and which part each thing inside goes to (from 0)."""

    page = "grids/area_split.html"

    keeps = forms.TypedChoiceField(
        label=gettext_lazy("原来的区域"),
        coerce=lambda value: value == "1",
        choices=[("1", gettext_lazy("保留，作为第 1 部分")), ("0", gettext_lazy("撤销，各部分都另设"))],
        initial="1",
        widget=forms.RadioSelect,
    )

    def add_parts(self, kinds: dict[str, str]) -> None:
        """Add the fields of every part: `kinds` are (start of the field's name, label)."""
        for number in range(1, MAX_PARTS + 1):
            for kind, label in kinds.items():
                text = _("第 %(number)s 部分%(label)s") % {"number": number, "label": label}
                length = 12 if kind == "code" else NAME_LENGTH
                self.fields[f"{kind}_{number}"] = forms.CharField(label=text, max_length=length, required=False)

    def assign(self, kind: str, labels: dict[Any, str]) -> None:
        """Add for each thing inside the area the choice of a part."""
        parts = [(n, _("第 %(number)s 部分") % {"number": n + 1}) for n in range(MAX_PARTS)]
        for key, label in labels.items():
            field = forms.TypedChoiceField(label=label, choices=parts, coerce=int, initial=0)
            self.fields[f"{kind}_{key}"] = field

    def assigned(self, kind: str) -> dict[int, int]:
        """Return key -> number of the part, from 0."""
        start = f"{kind}_"
        return {int(n.removeprefix(start)): part for n, part in self.cleaned_data.items() if n.startswith(start)}

    def read_parts(self, kind: str) -> list[str]:
        """Return what was written for the parts, without the empty end."""
        return [self.cleaned_data[f"{kind}_{number}"].strip() for number in range(1, self.count_parts() + 1)]

    def count_parts(self) -> int:
        """Return how many parts have a name; the first has one when the area stays."""
        numbers = range(1, MAX_PARTS + 1)
        return max((n for n in numbers if self.cleaned_data[f"name_{n}"].strip()), default=0)

    def show(self, *kinds: str) -> list[forms.BoundField]:
        """Return the fields of these kinds in their order."""
        return [self[name] for name in self.fields if name.rpartition("_")[0] in kinds]

    @property
    def part_fields(self) -> list[forms.BoundField]:
        """Fields that describe the parts."""
        return self.show("name", "code")

    @property
    def place_fields(self) -> list[forms.BoundField]:
        """Fields that say where buildings or grids go."""
        return self.show("building", "grid") + ([self["rest"]] if "rest" in self.fields else [])

    @property
    def account_fields(self) -> list[forms.BoundField]:
        """Fields that say where accounts go."""
        return self.show("user")


class SplitGridForm(SplitForm):
    """A grid becomes several, building by building."""

    title = gettext_lazy("拆分网格")
    make_plan = plan_grid_split
    act = split_grid

    def __init__(self, *args: Any, grid: Grid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grid = grid
        self.add_parts({"name": _("名称")})
        self.fields["name_1"].initial = grid.name
        homes = Building.objects.filter(grid=grid).annotate(doors=Count("households")).order_by("name")
        label = _("%(building)s（%(doors)s 户）")
        self.assign("building", {home.pk: label % {"building": home.name, "doors": home.doors} for home in homes})
        parts = [(n, _("第 %(number)s 部分") % {"number": n + 1}) for n in range(MAX_PARTS)]
        self.fields["rest"] = forms.TypedChoiceField(label=_("没有登记楼栋的居民"), choices=parts, coerce=int)

    @property
    def choices(self) -> dict[str, Any]:
        """Arguments of plan_grid_split()."""
        data = self.cleaned_data
        chosen = {name: data[name] for name in ("keeps", "rest", "day")}
        return {
            "grid": self.grid.pk,
            "names": self.read_parts("name"),
            "buildings": self.assigned("building"),
            **chosen,
        }


class SplitCommunityForm(SplitForm):
    """A community becomes several, grid by grid."""

    title = gettext_lazy("拆分社区")
    make_plan = plan_community_split
    act = split_community

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        self.add_parts({"name": _("名称"), "code": _("代码")})
        self.fields["name_1"].initial = community.name
        for number in range(1, MAX_PARTS + 1):
            self.fields[f"code_{number}"].initial = suggest_community_code(community.street, number - 1)
        self.assign("grid", {grid.pk: grid.name for grid in Grid.objects.current().filter(community=community)})
        staff = User.objects.filter(community=community).order_by("username")
        label = _("%(name)s（%(username)s）")
        self.assign("user", {user.pk: label % {"name": user.name, "username": user.username} for user in staff})

    @property
    def choices(self) -> dict[str, Any]:
        """Arguments of plan_community_split()."""
        return {
            "community": self.community.pk,
            "parts": list(zip(self.read_parts("code"), self.read_parts("name"), strict=True)),
            "keeps": self.cleaned_data["keeps"],
            "grids": self.assigned("grid"),
            "users": self.assigned("user"),
            "day": self.cleaned_data["day"],
        }


class AreaNameForm(forms.Form):
    """The name of a community or grid."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=NAME_LENGTH)


class NewGridForm(AreaNameForm):
    """A new grid; its code is given."""

    valid_from = forms.DateField(label=gettext_lazy("设立日期"), widget=PastDayInput, initial=timezone.localdate)

    def clean_valid_from(self) -> date:
        """Refuse a day to come."""
        day = self.cleaned_data["valid_from"]
        if day > timezone.localdate():
            raise ValidationError(_("设立日期还没有到，请到当天再新建。"))
        return day
