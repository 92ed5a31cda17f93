"""Forms of service links: a grid or households for a member, a building for a cadre; and of registrations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.forms.people import day_field
from grids.forms.posts import name_with_role
from grids.models import Building, Grid, Household, Resident
from party.forms.members import UnitField
from party.service_links import cadres_for


class GridLinkForm(forms.Form):
    """Asks for the grid of a member."""

    grid = forms.ModelChoiceField(label=_("网格"), queryset=Grid.objects.none(), empty_label=_("请选择网格"))
    since = day_field(_("从哪天起"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = Grid.objects.visible_to(by).current()  # type: ignore[attr-defined]


class BuildingFilter(forms.Form):
    """Chooses the building whose doors are shown."""

    building = forms.ModelChoiceField(
        label=_("楼栋"), queryset=Building.objects.none(), required=False, empty_label=_("请选择楼栋")
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Building.objects.filter(grid__community__in=by.communities(), households__isnull=False)
        self.fields["building"].queryset = (  # type: ignore[attr-defined]
            here.distinct().select_related("grid").order_by("grid__code", "name")
        )
        self.fields["building"].label_from_instance = name_with_grid  # type: ignore[attr-defined]


class HouseholdLinkForm(forms.Form):
    """Asks for households behind some doors of a building."""

    households = forms.ModelMultipleChoiceField(
        label=_("联系哪几户"),
        queryset=Household.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少勾选一户。"), "invalid_choice": _("请重新勾选。")},
    )
    since = day_field(_("从哪天起"))

    def __init__(self, *args: Any, building: Building | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["households"].queryset = Household.objects.filter(building=building)  # type: ignore[attr-defined]


class CadreForm(forms.Form):
    """Asks who with an account looks after a building."""

    user = forms.ModelChoiceField(label=_("干部"), queryset=User.objects.none(), empty_label=_("请选择账号"))
    building = forms.ModelChoiceField(label=_("楼栋"), queryset=Building.objects.none(), empty_label=_("请选择楼栋"))
    since = day_field(_("从哪天起"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Building.objects.filter(grid__community__in=by.communities()).select_related("grid")
        self.fields["user"].queryset = cadres_for(by)  # type: ignore[attr-defined]
        self.fields["user"].label_from_instance = name_with_role  # type: ignore[attr-defined]
        self.fields["building"].queryset = here.order_by("grid__code", "name")  # type: ignore[attr-defined]
        self.fields["building"].label_from_instance = name_with_grid  # type: ignore[attr-defined]


class RegistrationForm(forms.Form):
    """Asks who registers, and from which unit."""

    resident = forms.ModelChoiceField(
        label=_("居民"),
        queryset=Resident.objects.none(),
        error_messages={"required": _("请查找并选择一位居民。"), "invalid_choice": _("请重新查找并选择这位居民。")},
    )
    unit = UnitField(label=_("所在单位党组织"), help_text=_("例如：市水务局机关党委。"))
    since = day_field(_("报到日期"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resident"].queryset = Resident.objects.visible_to(by)  # type: ignore[attr-defined]


def name_with_grid(building: Building) -> str:
    """Name a building with its grid, for two grids may have buildings of one name."""
    return f"{building.grid} · {building}"
