"""Forms of hours: typing in what no check-in tells, correcting and withdrawing a record."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.forms.plan import MomentField
from activities.models import Activity
from volunteers.models import ServiceField, Volunteer
from volunteers.service import Reason

VOLUNTEER = "v"  # before the key in what the search for people sends
LATEST = 60  # activities offered: about half a year of a busy community


class PersonField(forms.ModelChoiceField):
    """A volunteer as the search names one."""

    def to_python(self, value: Any) -> Any:
        """Take the key out of what the search sent."""
        return super().to_python(str(value or "").removeprefix(VOLUNTEER))


class AddHoursForm(forms.Form):
    """Types in one stay of one volunteer at one activity."""

    activity = forms.ModelChoiceField(
        label=_("哪项活动"),
        queryset=Activity.objects.none(),
        empty_label=_("请选择"),
        error_messages={"required": _("请选一项活动。")},
    )
    person = PersonField(
        label=_("志愿者"),
        queryset=Volunteer.objects.none(),
        error_messages={"required": _("请查找并选一位志愿者。")},
    )
    starts_at = MomentField(label=_("开始"))
    ends_at = MomentField(label=_("结束"))
    service_field = forms.ModelChoiceField(
        label=_("服务领域"),
        queryset=ServiceField.objects.filter(is_active=True),
        required=False,
        empty_label=_("没有定"),
    )

    def __init__(self, *args: Any, activities: Any, volunteers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"].queryset = activities  # type: ignore[attr-defined]
        self.fields["person"].queryset = volunteers  # type: ignore[attr-defined]
        self.fields["activity"].label_from_instance = describe_activity  # type: ignore[attr-defined]


def describe_activity(activity: Activity) -> str:
    """Return an activity as a line of a list: its day and its name."""
    return f"{activity.held_on:%m-%d} {activity.title}"


class WithdrawForm(forms.Form):
    """Asks why a record is taken back."""

    reason = forms.ChoiceField(label=_("原因"), choices=Reason, widget=forms.RadioSelect)


class CorrectForm(WithdrawForm):
    """Asks for the right times, and what was wrong."""

    starts_at = MomentField(label=_("开始"))
    ends_at = MomentField(label=_("结束"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        times = (Reason.WRONG_TIMES, Reason.NO_CHECK_OUT)
        self.fields["reason"].choices = [(one.value, one.label) for one in times]  # type: ignore[attr-defined]
