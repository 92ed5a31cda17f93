"""Forms about one member: admitting, correcting, regrouping, leaving, exemption."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.forms.days import DayInput, PastDayInput
from grids.forms.people import day_field
from grids.models import Resident
from grids.validators import refuse_forbidden
from party.departures import LEAVINGS
from party.models import Exemption, Member, Membership, Organisation

Begin, End = Membership.Begin, Membership.End
BEGINNINGS = [(one.value, one.label) for one in (Begin.LISTED, Begin.TRANSFERRED_IN, Begin.ADMITTED)]


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Put an action's refusal beside the fields it names, and above the form where the form has no such field."""
    for name, errors in error.update_error_dict({}).items():
        form.add_error(name if name in form.fields else None, errors)


class UnitField(forms.CharField):
    """Names the organisation of a unit elsewhere."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, validators=[refuse_forbidden], **kwargs)


class GroupField(forms.ModelChoiceField):
    """One of the branch's groups, or none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("党小组"),
            queryset=Organisation.objects.none(),
            required=False,
            empty_label=_("不编入党小组"),
            **kwargs,
        )

    def offer(self, branch: Organisation) -> None:
        """Offer the groups of a branch."""
        groups = branch.children.current().filter(kind=Organisation.Kind.GROUP)
        self.queryset = groups.order_by("founded_on", "pk")


class FactsForm(forms.Form):
    """Asks what is known of a member."""

    standing = forms.ChoiceField(
        label=_("党员身份"), choices=Member.Standing, initial=Member.Standing.FULL, widget=forms.RadioSelect
    )
    joined_on = forms.DateField(label=_("入党日期"), required=False, widget=PastDayInput())
    full_on = forms.DateField(label=_("转正日期"), required=False, widget=PastDayInput(), help_text=_("预备党员不填。"))


class AdmitForm(FactsForm):
    """Takes a resident into a branch."""

    resident = forms.ModelChoiceField(
        label=_("居民"),
        queryset=Resident.objects.none(),
        error_messages={"required": _("请查找并选择一位居民。"), "invalid_choice": _("请重新查找并选择这位居民。")},
    )
    begin = forms.ChoiceField(label=_("如何进入"), choices=BEGINNINGS, initial=Begin.LISTED, widget=forms.RadioSelect)
    other_unit = UnitField(label=_("从哪里转来"), required=False, help_text=_("转入的要填，例如：市水务局机关党委。"))
    since = day_field(_("从哪天起在本支部"))
    group = GroupField()

    def __init__(self, *args: Any, branch: Organisation, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resident"].queryset = Resident.objects.visible_to(by)  # type: ignore[attr-defined]
        self.fields["group"].offer(branch)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask where somebody came from who was transferred in; forget it of anybody else."""
        data = super().clean() or {}
        if data.get("begin") != Begin.TRANSFERRED_IN:
            data["other_unit"] = ""
        elif not data.get("other_unit") and "other_unit" not in self.errors:
            self.add_error("other_unit", _("请写明从哪个单位的党组织转来。"))
        return data


class RegroupForm(forms.Form):
    """Asks for another group of the branch, and since when."""

    group = GroupField()
    day = day_field(_("从哪天起"), _("和这段组织关系的第一天相同，就直接更正。"))

    def __init__(self, *args: Any, branch: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].offer(branch)  # type: ignore[attr-defined]


class TransferForm(forms.Form):
    """Asks since when and how a member is no longer in the branch."""

    how = forms.ChoiceField(
        label=_("如何离开"),
        choices=[(one.value, one.label) for one in LEAVINGS],
        initial=End.TRANSFERRED_OUT,
        widget=forms.RadioSelect,
    )
    other_unit = UnitField(label=_("转往哪里"), required=False, help_text=_("转出的要填，例如：市水务局机关党委。"))
    day = day_field(_("离开日期"), _("从这一天起不再是本支部的党员。"))


class ExemptForm(forms.Form):
    """Asks why and until when a member need not attend."""

    reason = forms.ChoiceField(label=_("原因"), choices=Exemption.Reason, widget=forms.RadioSelect)
    since = forms.DateField(label=_("从哪天起"), widget=DayInput(), initial=timezone.localdate)
    until = forms.DateField(
        label=_("从哪天起恢复参加"), required=False, widget=DayInput(), help_text=_("不填就一直免修，直到您结束它。")
    )


class EndExemptionForm(forms.Form):
    """Asks from which day on a member is expected again."""

    day = forms.DateField(label=_("从哪天起恢复参加"), widget=DayInput(), initial=timezone.localdate)


class EndForm(forms.Form):
    """Asks since when something is no longer so."""

    day = day_field(_("从哪天起结束"))


class ConfirmForm(forms.Form):
    """Asks for nothing: the page says what will be done."""
