"""Forms of teams: what a team is, who comes in, which activity goes on its record."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity
from grids.forms.days import PastDayInput
from grids.models import Resident
from grids.search import read_key
from volunteers.forms.people import refuse_future
from volunteers.models import ServiceField, Team, Volunteer
from volunteers.teams import CHOICES


class TeamForm(forms.ModelForm):
    """Describes a team or group."""

    class Meta:
        model = Team
        fields = ["kind", "name", "parent", "field", "filed_on"]
        widgets = {
            "kind": forms.RadioSelect,
            "name": forms.TextInput(attrs={"placeholder": _("例如：多福社区合唱团"), "autocomplete": "off"}),
            "filed_on": PastDayInput,
        }
        help_texts = {"parent": _("服务队属于哪个志愿服务组织，没有就不选。")}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = Team.objects.visible_to(by).current().filter(kind=Team.Kind.ORGANISATION)
        self.fields["parent"].queryset = organisations.exclude(pk=self.instance.pk)  # type: ignore[attr-defined]
        self.fields["parent"].empty_label = _("不属于任何组织")  # type: ignore[attr-defined]
        fields = ServiceField.objects.filter(Q(is_active=True) | Q(pk=self.instance.field_id))
        self.fields["field"].queryset = fields  # type: ignore[attr-defined]
        self.fields["kind"].choices = Team.Kind.choices  # type: ignore[attr-defined]
        self.initial["filed_on"] = self.instance.filed_on or timezone.localdate()

    def clean_filed_on(self) -> date | None:
        """Refuse a day to come."""
        return refuse_future(self.cleaned_data["filed_on"])

    def clean(self) -> dict[str, Any]:
        """Say at the field what the database would refuse as a whole."""
        data = super().clean() or {}
        if data.get("parent") and data.get("kind") != Team.Kind.TEAM:
            self.add_error("parent", _("只有志愿服务队可以属于志愿服务组织，这里请留空。"))
        kept = self.instance.pk and self.instance.teams.current().exists()
        if kept and data.get("kind") not in (None, Team.Kind.ORGANISATION):
            self.add_error("kind", _("还有志愿服务队属于它，类型不能改。"))
        if self.instance.pk and data.get("kind") in (Team.Kind.TEAM, Team.Kind.ORGANISATION) and self.has_residents():
            self.add_error("kind", _("队里还有没登记为志愿者的居民，类型不能改。"))
        return data

    def has_residents(self) -> bool:
        """Tell whether residents who are no volunteers are in the team."""
        return self.instance.members.filter(until=None, resident__isnull=False).exists()


class MemberForm(forms.Form):
    """Lets somebody into a team: `person` is v12 for a volunteer or r34 for a resident."""

    person = forms.CharField(label=_("成员"), max_length=20, error_messages={"required": _("请先查找，再选一位。")})
    is_leader = forms.BooleanField(label=_("是负责人"), required=False)
    since = forms.DateField(label=_("入队日期"), widget=PastDayInput())

    def __init__(self, *args: Any, by: User, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.team = by, team
        self.fields["since"].initial = timezone.localdate

    def clean_person(self) -> Volunteer | Resident:
        """Return whom the reference means, within the team's community."""
        text = self.cleaned_data["person"]
        key, here = read_key(text[1:]), {"community": self.team.community_id}
        if text.startswith("v"):
            rows: Any = Volunteer.objects.visible_to(self.by).registered_on(timezone.localdate()).filter(**here)
        else:
            rows = Resident.objects.visible_to(self.by).filter(**here)
        found = rows.filter(pk=key).first()
        if found is None:
            raise ValidationError(_("没有找到这位，请重新查找。"))
        return found

    def clean_since(self) -> date | None:
        """Refuse a day to come."""
        return refuse_future(self.cleaned_data["since"])


class TeamActivityForm(forms.Form):
    """Picks one of the community's latest activities for the record."""

    activity = forms.ModelChoiceField(
        label=_("活动"),
        queryset=Activity.objects.none(),
        empty_label=_("选一场活动"),
        error_messages={"required": _("请选一场活动。"), "invalid_choice": _("请在列出的活动里选。")},
    )

    def __init__(self, *args: Any, by: User, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Activity.objects.managed_by(by).gatherings().filter(community=team.community_id)
        found = found.exclude(status=Activity.Status.CANCELLED).exclude(teams=team)
        latest = list(found.order_by("-starts_at", "-pk").values_list("pk", flat=True)[:CHOICES])
        choice = self.fields["activity"]
        choice.queryset = Activity.objects.filter(pk__in=latest).order_by("-starts_at", "-pk")  # type: ignore[attr-defined]
        choice.label_from_instance = name_with_day  # type: ignore[attr-defined]


def name_with_day(activity: Activity) -> str:
    """Return 2026-05-01 合唱排练."""
    return f"{activity.held_on:%Y-%m-%d} {activity.title}"
