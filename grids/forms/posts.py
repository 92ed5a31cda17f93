"""Forms of posts: who is to hold one, and since when no longer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community
from grids.forms.people import day_field
from grids.models import Appointment, Building, Grid, Resident
from grids.posts import staff_for


class PostFilter(forms.Form):
    """Chooses the community whose posts are shown; the first one at first."""

    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none(), empty_label=None)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = Community.objects.current().filter(pk__in=by.communities())  # type: ignore[attr-defined]


class AppointForm(forms.Form):
    """Appoints a member of staff or a resident to a post in a grid."""

    post = forms.ChoiceField(label=_("岗位"), choices=Appointment.Post, widget=forms.RadioSelect)
    building = forms.ModelChoiceField(
        label=_("楼栋"), queryset=Building.objects.none(), required=False, empty_label=_("不限楼栋")
    )
    user = forms.ModelChoiceField(
        label=_("工作人员"), queryset=User.objects.none(), required=False, empty_label=_("不是工作人员")
    )
    resident = forms.ModelChoiceField(label=_("居民"), queryset=Resident.objects.none(), required=False)
    since = day_field(_("任职日期"))

    def __init__(self, *args: Any, grid: Grid, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = [user.pk for user in staff_for(grid)]
        self.fields["building"].queryset = grid.buildings.order_by("name")  # type: ignore[attr-defined]
        self.fields["user"].queryset = User.objects.filter(pk__in=staff)  # type: ignore[attr-defined]
        self.fields["user"].label_from_instance = name_with_role  # type: ignore[attr-defined]
        self.fields["resident"].queryset = Resident.objects.visible_to(by)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one person."""
        data = super().clean() or {}
        if "user" in data and "resident" in data and bool(data["user"]) == bool(data["resident"]):
            self.add_error("user", _("请选一位工作人员，或者查找并选一位居民，二者选一。"))
        return data


def name_with_role(user: User) -> str:
    """Name an account with its role, for two may share a name."""
    return f"{user} · {user.get_role_display()}"


class EndForm(forms.Form):
    """Asks since when a post is no longer held."""

    until = day_field(_("卸任日期"), _("从这一天起不再担任。"))
