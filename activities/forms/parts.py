"""What the forms of a plan and of a template have in common: what it is, where, for whom, and by whose wish."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from activities.models import Activity, ActivityKind, Programme, Theme
from activities.planning import LINKS
from activities.venues import check_capacity
from communities.models import Community, Venue
from grids.models import Grid, PopulationGroup

# The parts of the page that are folded unless they hold an error.
FOLDS = {
    "open_seats": {"is_public", "capacity", "sign_up_opens_at", "sign_up_closes_at", "sign_up_days"},
    "open_audience": {"target_groups", "target_grids"},
    "open_more": {"theme", "programmes", "mode", "origin", "assigned_by", "description"},
}
MET_IN_PERSON = (Activity.Mode.IN_PERSON, Activity.Mode.HYBRID)
MAX_CAPACITY = 5000  # more than any square of a community holds: a typing error


class DescribedForm(forms.ModelForm):
    """Describes an activity or a template of one community; what is out of use is offered only where it is kept."""

    kind = forms.ModelChoiceField(
        label=_("做什么"), queryset=ActivityKind.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    title = forms.CharField(label=_("名称"), max_length=80, required=False, help_text=_("不填就用活动类型的名字。"))
    theme = forms.ModelChoiceField(
        label=_("主题"), queryset=Theme.objects.none(), required=False, empty_label=_("不限")
    )
    programmes = forms.ModelMultipleChoiceField(
        label=_("工作项目"), queryset=Programme.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    venue = forms.ModelChoiceField(
        label=_("场地"), queryset=Venue.objects.none(), required=False, empty_label=_("不用社区场地")
    )
    place = forms.CharField(
        label=_("地点"), max_length=60, required=False, help_text=_("不用社区场地时写明，例如：小区东门广场。")
    )
    mode = forms.ChoiceField(
        label=_("方式"), choices=Activity.Mode, initial=Activity.Mode.IN_PERSON, widget=forms.RadioSelect
    )
    origin = forms.ChoiceField(
        label=_("来源"), choices=Activity.Origin, initial=Activity.Origin.OWN, widget=forms.RadioSelect
    )
    assigned_by = forms.CharField(label=_("布置单位"), max_length=40, required=False)
    capacity = forms.IntegerField(
        label=_("名额"), min_value=1, max_value=MAX_CAPACITY, required=False, help_text=_("不填就是不限。")
    )
    target_groups = forms.ModelMultipleChoiceField(
        label=_("面向人群"),
        queryset=PopulationGroup.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选就是面向所有居民。"),
    )
    target_grids = forms.ModelMultipleChoiceField(
        label=_("面向网格"), queryset=Grid.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    responsible = forms.ModelChoiceField(
        label=_("负责人"), queryset=User.objects.none(), required=False, empty_label=_("还没有定")
    )
    description = forms.CharField(
        label=_("介绍"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row, community = self.instance, self.instance.community
        self.offer("kind", ActivityKind.objects.gatherings().recent_first_for(by), row.kind_id)
        self.offer("theme", Theme.objects.all(), row.theme_id)
        self.offer("programmes", Programme.objects.all(), None)
        self.offer("venue", Venue.objects.filter(community=community), row.venue_id)
        self.offer("responsible", staff_of(community), row.responsible_id)
        self.fields["target_grids"].queryset = Grid.objects.filter(community=community).current()  # type: ignore[attr-defined]

    @property
    def links(self) -> dict[str, Any]:
        """The rows of the many-to-many fields by name."""
        return {name: self.cleaned_data[name] for name in LINKS}

    def offer(self, name: str, rows: Any, kept: int | None) -> None:
        """Offer the rows in use, and the one that is kept already."""
        self.fields[name].queryset = rows.filter(Q(is_active=True) | Q(pk=kept))  # type: ignore[attr-defined]

    def describe_folds(self) -> dict[str, bool]:
        """Tell the page which of its folded parts to open: those with an error."""
        return {fold: bool(names & {*self.errors}) for fold, names in FOLDS.items()}

    def clean(self) -> dict[str, Any]:
        """Name it after its kind, and hold together what belongs together."""
        data = super().clean() or {}
        if data.get("kind") and not data.get("title") and "title" not in self.errors:
            data["title"] = data["kind"].name
        self.check_origin(data)
        self.check_place(data)
        return data

    def check_origin(self, data: dict[str, Any]) -> None:
        """Who was assigned something says by whom."""
        if data.get("origin") != Activity.Origin.ASSIGNED:
            data["assigned_by"] = ""
        elif not data.get("assigned_by") and "assigned_by" not in self.errors:
            self.add_error("assigned_by", _("请写明是哪个单位布置的。"))

    def check_place(self, data: dict[str, Any]) -> None:
        """Somewhere people meet, unless they meet online; no more of them than the venue holds."""
        venue = data.get("venue")
        wants_place = data.get("mode") in MET_IN_PERSON and not {"venue", "place"} & {*self.errors}
        if wants_place and not venue and not data.get("place"):
            self.add_error("place", _("请选一个场地，或者写明地点。"))
        if venue and (trouble := check_capacity(venue, data.get("capacity"))):
            self.add_error("capacity", trouble)


def staff_of(community: Community) -> Any:
    """Return who works in a community."""
    return User.objects.filter(community=community, role=Role.WORKER).order_by("name", "pk")
