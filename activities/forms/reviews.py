"""Forms of the street's queue: which reports are right, and why one goes back."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.models import Activity

OTHER = "other"
REASONS = [
    ("names", _("请补登参加的居民姓名")),
    ("photos", _("请补传现场照片")),
    ("heads", _("请核对人数")),
    ("time", _("请核对日期和时间")),
    ("twin", _("和另一场活动重复，请合并或撤销")),
    (OTHER, _("其他（写在下面）")),
]


class VerifyManyForm(forms.Form):
    """The reports that were ticked as right."""

    activity = forms.ModelMultipleChoiceField(
        queryset=Activity.objects.none(), error_messages={"required": _("请先勾选要核验的活动。")}
    )

    def __init__(self, *args: Any, waiting: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"].queryset = waiting  # type: ignore[attr-defined]

    def find_seen(self, activity: Activity) -> tuple[int | None, int | None]:
        """Return the version and the 人次 of the activity that the page showed."""
        version, _dot, heads = self.data.get(f"seen-{activity.pk}", "").partition(".")
        return read_number(version), read_number(heads)


def read_number(text: str) -> int | None:
    """Return the number that a text is, None for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


class SendBackForm(forms.Form):
    """Asks why a report goes back: one of the usual reasons, or one's own words."""

    why = forms.ChoiceField(label=_("退回原因"), choices=REASONS, error_messages={"required": _("请选退回的原因。")})
    words = forms.CharField(label=_("补充说明"), required=False, max_length=80)

    def clean(self) -> dict[str, Any]:
        """Ask for words where the reason is another one."""
        data = super().clean() or {}
        if data.get("why") == OTHER and not data.get("words"):
            self.add_error("words", _("请写明要改什么。"))
        return data

    @property
    def reason(self) -> str:
        """What the community reads."""
        why, words = self.cleaned_data["why"], self.cleaned_data["words"]
        parts = [str(dict(REASONS)[why])] if why != OTHER else []
        return str(_("。")).join([*parts, words] if words else parts)
