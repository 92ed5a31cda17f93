"""Forms of the door: batches that devices send, what residents type, what staff decides about a refused check-in."""

import re
import uuid
from datetime import MAXYEAR, MINYEAR
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.checkin_entries import Direction, Entry
from activities.codes import DIGITS, PREFIX
from activities.models import Method
from grids.models import Building, Grid, Resident
from grids.search import fold_text

TAIL_SHAPE = re.compile(r"[0-9]{3}[0-9X]")
TAIL = RegexValidator(rf"\A{TAIL_SHAPE.pattern}\Z", _("请输入四位：手机号或身份证号的最后四位。"))
LARGEST_KEY = 2**63 - 1
LONGEST_NAME = 60
TOO_LONG = _("姓名最多 60 个字。")


class EntriesForm(forms.Form):
    """A batch of check-ins as JSON. `damaged` are the ids of those that cannot be read; the others count."""

    entries = forms.JSONField(required=False)

    def clean_entries(self) -> list[Entry]:
        """Read the batch."""
        sent = self.cleaned_data["entries"] or []
        if not isinstance(sent, list):
            raise forms.ValidationError(_("上传的内容读不出来。"))
        self.damaged: list[str] = []
        entries = []
        for item in sent:
            try:
                entries.append(read_entry(item))
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
                self.damaged.append(str(item.get("id", "")) if isinstance(item, dict) else "")
        return entries


def read_entry(item: Any) -> Entry:
    """Return the entry that a device wrote; raises one of many errors for anything else."""
    at = parse_datetime(item["at"])
    if at is None or timezone.is_naive(at) or not MINYEAR < at.year < MAXYEAR:
        raise ValueError("a time needs its zone, and every zone must have that time")
    resident, code = item.get("resident"), str(item.get("code", "")).replace("\0", "")[:200]
    name, tail = read_name(str(item.get("name", ""))), str(item.get("tail", "")).upper()
    f"{code}{name}".encode()  # JSON can hold half a character, which the database cannot
    if sum(map(bool, (resident, code, name))) != 1 or (tail and not TAIL_SHAPE.fullmatch(tail)):
        raise ValueError("an entry says who in one way")
    if resident and not 0 < int(resident) <= LARGEST_KEY:
        raise ValueError("no key of a resident")
    return Entry(
        uuid.UUID(item["id"]),
        at,
        Method.SCANNED if code else Method.TICKED,
        Direction(item.get("direction", "in")),
        activity=int(item["activity"]),
        resident=int(resident) if resident else None,
        code=code,
        name=name,
        tail=tail if name else "",
    )


def read_name(text: str) -> str:
    """Return a name as the register writes it: without white space, full width folded."""
    name = fold_text(text)
    if len(name) > LONGEST_NAME:  # folding makes several characters of some
        raise ValueError("no name is that long")
    return name


class TailField(forms.CharField):
    """The last four characters of a phone or ID number."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "enterkeyhint": "done"})
        super().__init__(max_length=4, validators=[TAIL], widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        """Fold what a Chinese keyboard makes of digits."""
        return fold_text(super().to_python(value) or "").upper()


class ArrivalForm(forms.Form):
    """Asks a resident at the door for name and last four digits, in large type."""

    name = forms.CharField(
        label=_("您的姓名"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "next"}),
    )
    tail = TailField(label=_("手机号或身份证号后四位"))
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_name(self) -> str:
        """Fold the name as the register does."""
        try:
            name = read_name(self.cleaned_data["name"])
        except ValueError:
            raise forms.ValidationError(TOO_LONG) from None
        if not name:
            raise forms.ValidationError(_("请写上您的姓名。"))
        return name

    @property
    def key(self) -> uuid.UUID:
        """The id of the check-in: another name typed into the same page, after going back, is another check-in."""
        data = self.cleaned_data
        return uuid.uuid5(data["client_id"], f"{data['name']}|{data['tail']}")

    def make_entry(self, method: Method) -> Entry:
        """Return what was typed as a check-in of this moment."""
        data = self.cleaned_data
        return Entry(self.key, timezone.now(), method, name=data["name"], tail=data["tail"])


class LateArrivalForm(ArrivalForm):
    """Asks, where the scanned code is too old, for the digits that stand on the screen now."""

    digits = forms.CharField(
        label=_("大屏幕上现在的六位数字"),
        max_length=DIGITS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class KioskForm(ArrivalForm):
    """The same on a tablet. A scanner types a card's text into the name: then no digits are needed."""

    tail = TailField(label=_("手机号或身份证号后四位"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the digits beside a name."""
        data = super().clean() or {}
        if not data.get("tail") and "tail" not in self.errors and not data.get("name", "").startswith(PREFIX):
            self.add_error("tail", _("请输入四位：手机号或身份证号的最后四位。"))
        return data

    def make_entry(self, method: Method) -> Entry:
        """Return what was typed or scanned."""
        data = self.cleaned_data
        if data["name"].startswith(PREFIX):
            return Entry(self.key, timezone.now(), method, code=data["name"])
        return super().make_entry(method)


class SettleForm(forms.Form):
    """What staff decides about a refused check-in."""

    decision = forms.ChoiceField(choices=[("resident", ""), ("outsider", ""), ("dismiss", "")])
    resident = forms.ModelChoiceField(queryset=Resident.objects.none(), required=False)
    name = forms.CharField(label=_("姓名"), max_length=LONGEST_NAME, required=False)
    tail = TailField(label=_("手机号后四位（可不填）"), required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resident"].queryset = Resident.objects.visible_to(by)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what the decision needs, and keep no more."""
        data = super().clean() or {}
        decision, name = data.get("decision"), fold_text(data.get("name", ""))
        if decision == "resident" and not data.get("resident"):
            self.add_error("resident", _("请选一位居民。"))
        if decision == "outsider" and not 0 < len(name) <= LONGEST_NAME:
            self.add_error("name", TOO_LONG if name else _("请写上姓名。"))
        return {
            "resident": data.get("resident") if decision == "resident" else None,
            "name": name if decision == "outsider" else "",
            "tail": data.get("tail", "") if decision == "outsider" else "",
        }


class BuildingForm(forms.Form):
    """Asks for whose doors cards are wanted."""

    building = forms.ModelChoiceField(label=_("楼栋"), queryset=Building.objects.none(), empty_label=_("请选楼栋"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Building.objects.filter(grid__in=Grid.objects.visible_to(by).values("pk"))
        choices = own.select_related("grid__community").order_by("grid__code", "name")
        self.fields["building"].queryset = choices  # type: ignore[attr-defined]
