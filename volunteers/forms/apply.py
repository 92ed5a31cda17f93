"""The form in which residents apply as volunteers, on a page without an account."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.forms.signups import PersonForm
from grids.forms.days import PastDayInput
from volunteers.forms.people import SEXES, OfferForm, check_birth_date
from volunteers.identities import needs_guardian
from volunteers.people import Guardian, Outsider


class ApplyForm(OfferForm, PersonForm):
    """Asks who one is, what one can do and when, and for consent; of who is under 18 also for the guardian's."""

    birth_date = forms.DateField(
        label=_("出生日期"),
        widget=PastDayInput(),
        error_messages={"required": _("请选出生日期。"), "invalid": _("请写成年-月-日，例如 1980-05-01。")},
    )
    sex = forms.TypedChoiceField(
        label=_("性别"),
        choices=SEXES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选性别。")},
    )
    guardian_agrees = forms.BooleanField(label=_("我是监护人，我同意他（她）参加志愿服务"), required=False)
    agrees = forms.BooleanField(
        label=_("我自愿报名，同意社区用这些信息联系我、安排服务和记录时长"),
        error_messages={"required": _("同意了才能报名。")},
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def clean_birth_date(self) -> date | None:
        """Refuse a day to come or long ago."""
        return check_birth_date(self.cleaned_data["birth_date"])

    def clean(self) -> dict[str, Any]:
        """Refuse a child; ask for a minor's guardian."""
        data = super().clean() or {}
        if data.get("birth_date"):
            self.check_guardian(data["birth_date"], data.get("name", ""))
        return data

    @property
    def person(self) -> Outsider:
        """Who applies, as typed."""
        data = self.cleaned_data
        return Outsider(data["name"], data["sex"], data["birth_date"], data["phone"])

    @property
    def guardian(self) -> Guardian | None:
        """Who agreed; None of an adult."""
        data = self.cleaned_data
        if not needs_guardian(data["birth_date"]):
            return None
        return Guardian(data["guardian_name"], data["guardian_phone"], timezone.localdate())
