"""Forms of the tree: organisations, links to areas, terms. What is allowed is decided in party/organisations.py."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities.models import Community
from grids.doors import by_number
from grids.forms.days import DayInput
from grids.forms.people import day_field
from grids.models import Building, Grid
from party.models import Organisation

PLACES = {"community": Community, "grid": Grid, "building": Building}  # columns of OrganisationLink


def name_parent(organisation: Organisation) -> str:
    """Return an organisation as lists of several communities name it."""
    words = {"community": organisation.community, "name": organisation.name, "kind": organisation.get_kind_display()}
    return _("%(community)s · %(name)s（%(kind)s）") % words


def list_open(by: User) -> Any:
    """Return the organisations of the user's area that were not dissolved."""
    found = Organisation.objects.visible_to(by).current().select_related("community")
    return found.order_by("community__code", "name", "pk")


class OrganisationForm(forms.ModelForm):
    """Describes an organisation. Once it exists, kind and community stay."""

    class Meta:
        model = Organisation
        fields = ["kind", "name", "parent", "community", "has_committee", "founded_on"]
        widgets = {
            "kind": forms.RadioSelect,
            "name": forms.TextInput(attrs={"placeholder": gettext_lazy("例如：多福社区第一党支部")}),
        }
        help_texts = {
            "has_committee": gettext_lazy("只对党支部：正式党员七人以上的支部设支委会，要按月开支委会。"),
        }

    founded_on = day_field(gettext_lazy("成立日期"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = list_open(by).exclude(kind=Organisation.Kind.HOUSEHOLD).exclude(pk=self.instance.pk)
        parent: Any = self.fields["parent"]
        parent.queryset, parent.label_from_instance = parents, name_parent
        parent.empty_label = _("没有上级（在最上面）")
        if self.instance.pk:
            del self.fields["kind"], self.fields["community"]
            self.narrow(parent)
            return
        self.fields["kind"].choices = Organisation.Kind.choices  # type: ignore[attr-defined]
        community: Any = self.fields["community"]
        community.queryset = by.communities().current().order_by("code")  # type: ignore[attr-defined]
        community.empty_label = _("请选择社区")

    def narrow(self, parent: Any) -> None:
        """Offer what may stand above an organisation of this kind, and nothing that it has no use for."""
        allowed = Organisation.PARENTS[self.instance.kind]
        parent.queryset = parent.queryset.filter(kind__in=[kind for kind in allowed if kind])
        if None not in allowed:
            parent.empty_label, parent.required = None, True
        if not self.instance.is_branch:
            del self.fields["has_committee"]

    def _post_clean(self) -> None:
        """Leave checking the row to the action, which sees it as it is then."""


class CloseForm(forms.Form):
    """Asks since when an organisation is no more."""

    on = day_field(gettext_lazy("撤销日期"), gettext_lazy("从这一天起不再存在。"))


class TermForm(forms.Form):
    """Asks for an election and the end of the term that it begins."""

    starts_on = day_field(gettext_lazy("换届日期"))
    ends_on = forms.DateField(label=gettext_lazy("任期届满"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("不填就按 %(years)s 年算。") % {"years": settings.PARTY_TERM_YEARS}
        self.fields["ends_on"].help_text = words


class LinkForm(forms.Form):
    """Asks which organisation is to be there for which area of one community, since when."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("党组织"), queryset=Organisation.objects.none(), empty_label=gettext_lazy("请选择党组织")
    )
    place = forms.ChoiceField(
        label=gettext_lazy("联系哪里"),
        help_text=gettext_lazy("联系社区只算联系了社区；网格和楼栋要另外登记。"),
    )
    since = day_field(gettext_lazy("从哪天起"))

    def __init__(self, *args: Any, community: Community, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation: Any = self.fields["organisation"]
        organisation.queryset, organisation.label_from_instance = list_open(by), name_parent
        self.fields["place"].choices = list_places(community)  # type: ignore[attr-defined]

    @property
    def place_chosen(self) -> dict[str, Any]:
        """The area as add_link() takes it."""
        column, _dash, key = self.cleaned_data["place"].partition("-")
        return {column: PLACES[column]._default_manager.get(pk=key)}


def list_places(community: Community) -> list[tuple[str, Any]]:
    """Return the community, its grids and their buildings as choices, with two queries."""
    grids = list(Grid.objects.current().filter(community=community).order_by("code"))
    standing: dict[int, list[Building]] = {grid.pk: [] for grid in grids}
    for building in Building.objects.filter(grid__in=grids):
        standing[building.grid_id].append(building)
    buildings = [
        (
            _("%(grid)s的楼栋") % {"grid": grid.name},
            [
                (f"building-{one.pk}", one.name)
                for one in sorted(standing[grid.pk], key=lambda one: by_number(one.name))
            ],
        )
        for grid in grids
        if standing[grid.pk]
    ]
    return [
        ("", _("请选择")),
        (f"community-{community.pk}", _("%(community)s（整个社区）") % {"community": community.name}),
        (_("网格"), [(f"grid-{grid.pk}", grid.name) for grid in grids]),
        *buildings,
    ]


class EndLinkForm(forms.Form):
    """Asks since when a link no longer holds."""

    until = day_field(gettext_lazy("结束日期"), gettext_lazy("从这一天起不再联系。"))
