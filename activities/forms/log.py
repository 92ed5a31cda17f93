"""The quick log of an activity, on one thumb: kind, time, who came."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import Activity, ActivityKind, Theme
from grids.models import Resident

MAX_UNNAMED = 5000  # more than any square of a community holds: a typing error


class ActivityForm(forms.ModelForm):
    """Logs or changes a held activity. Everything but the kind is filled in or may stay blank."""

    kind = forms.ModelChoiceField(
        label=_("做了什么"), queryset=ActivityKind.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    theme = forms.ModelChoiceField(
        label=_("主题"),
        queryset=Theme.objects.all(),
        widget=forms.RadioSelect,
        required=False,
        empty_label=_("不限"),
    )
    title = forms.CharField(label=_("名称"), max_length=80, required=False, help_text=_("不填就用活动类型的名字。"))
    starts_at = forms.DateTimeField(
        label=_("时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    unnamed_count = forms.IntegerField(
        label=_("没有登记姓名的人数"), min_value=0, max_value=MAX_UNNAMED, initial=0, required=False
    )
    residents = forms.ModelMultipleChoiceField(queryset=Resident.objects.none(), required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = Activity
        fields = ["kind", "theme", "title", "starts_at", "unnamed_count", "mode", "origin"]
        widgets = {"mode": forms.RadioSelect, "origin": forms.RadioSelect}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = ActivityKind.objects.recent_first_for(by)  # type: ignore[attr-defined]
        self.fields["residents"].queryset = Resident.objects.visible_to(by)  # type: ignore[attr-defined]
        self.fields["starts_at"].initial = lambda: timezone.localtime().replace(second=0, microsecond=0)
        self.fields["token"].initial = uuid.uuid4

    def clean_unnamed_count(self) -> int:
        """A blank head-count is nobody."""
        return self.cleaned_data["unnamed_count"] or 0

    def clean(self) -> dict[str, Any]:
        """Name the activity after its kind, and ask for somebody who came."""
        data = super().clean() or {}
        kind = data.get("kind")
        if kind and not data.get("title"):
            data["title"] = kind.name
        if kind and kind.is_confidential and data.get("residents"):
            self.add_error("residents", _("“%(kind)s”只记人数，不登记姓名。") % {"kind": kind})
        if "residents" in data and "unnamed_count" in data and not (data["residents"] or data["unnamed_count"]):
            self.add_error("residents", _("请勾选到场的居民，或填写没有登记姓名的人数。"))
        return data
