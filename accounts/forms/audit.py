"""Forms of the auditor's pages."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import label_of
from accounts.deeds import Kind, codes_of
from accounts.models import AuditEvent, AuditEventQuerySet, User
from accounts.reads import RESIDENT
from communities.spans import begin_of

SLACK = 1_000  # keys: events written at the same time may lie in another order than their keys
FIRST_DAY = date(2000, 1, 1)


class Whose:
    """Whose deeds: those in one's own area, or those of the levels above it."""

    OWN, ABOVE = "", "above"


class AuditSearch(forms.Form):
    """Narrows the audit log; what makes no sense is said, and then nothing is found."""

    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    account = forms.CharField(
        label=_("账号或姓名"),
        required=False,
        max_length=90,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(label=_("做了什么"), required=False, choices=[("", _("全部")), *Kind.choices])
    resident = forms.IntegerField(label=_("居民编号"), required=False, min_value=1, max_value=2**63 - 1)
    scope = forms.ChoiceField(
        label=_("范围"),
        required=False,
        choices=[(Whose.OWN, _("本街道")), (Whose.ABOVE, _("上级、平台和登录失败"))],
    )
    object_type = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    object_id = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].widget.attrs["class"] = "form-select" if name in ("kind", "scope") else "form-control"

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins, and days no log reaches back to."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("结束日期早于开始日期，请改一下。"))
        for name, day in (("since", since), ("until", until)):
            if day and not FIRST_DAY <= day <= timezone.localdate() + timedelta(days=366):
                self.add_error(name, _("请填写 2000 年以后、明年以前的日期。"))
        return data

    @property
    def is_used(self) -> bool:
        """Whether anything is asked for."""
        return self.is_valid() and any(self.cleaned_data.values())

    def find(self, user: User) -> AuditEventQuerySet:
        """Return what the auditor asks for, newest first."""
        if not self.is_valid():
            return AuditEvent.objects.none()
        asked = self.cleaned_data
        events = AuditEvent.objects.all()
        events = events.above(user) if asked["scope"] == Whose.ABOVE else events.visible_to(user)
        events = within_days(events, asked["since"], asked["until"])
        if asked["kind"]:
            events = events.filter(action__in=codes_of(Kind(asked["kind"])))
        if asked["account"]:
            events = events.filter(actor__in=find_actors(asked["account"].strip()))
        if asked["resident"]:
            events = events.of(RESIDENT, asked["resident"])
        if asked["object_type"]:
            events = events.of(asked["object_type"], asked["object_id"])
        return events.order_by("-pk")


def find_actors(text: str) -> list[str]:
    """Return the accounts of this name as the log has them; a former name is typed as it stands there."""
    accounts = User.objects.filter(Q(username=text) | Q(name=text))[:100]
    return [text, *(label_of(user) for user in accounts)]


def within_days(events: AuditEventQuerySet, since: date | None, until: date | None) -> AuditEventQuerySet:
    """Keep the events of these days, both included.

    Keys grow with time: bounded by keys too, a span that lies far back is found without reading all that came later.
    """
    if since:
        first = AuditEvent.objects.since(begin_of(since)).order_by("at").values_list("pk", flat=True).first()
        events = events.since(begin_of(since)).filter(pk__gte=(first or 0) - SLACK)
    if until:
        end = begin_of(until + timedelta(days=1))
        last = AuditEvent.objects.before(end).order_by("-at").values_list("pk", flat=True).first()
        events = events.before(end).filter(pk__lte=(last or 0) + SLACK)
    return events


class DayForm(forms.Form):
    """The day of the report on unusual access."""

    day = forms.DateField(
        label=_("哪一天"), widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    )

    def clean_day(self) -> date:
        """Refuse days that have not come, or that no log reaches back to."""
        day: date = self.cleaned_data["day"]
        if not FIRST_DAY <= day <= timezone.localdate():
            raise forms.ValidationError(_("请选今天或以前的日期。"))
        return day
