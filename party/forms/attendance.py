"""The form of attendance, one row for each member expected; and the form of a make-up."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from grids.forms.days import PastDayInput
from party.attendance import ABSENT, EXPECTED, LEAVE, PRESENT, Row
from party.models import AttendanceNote
from party.rosters import Attendee, Roster

CAME = [(PRESENT, _("到会")), (LEAVE, _("请假")), (ABSENT, _("缺席"))]
EARLY = [(EXPECTED, _("没说不来")), (LEAVE, _("请假"))]
EXEMPT = [(EXPECTED, _("没来")), (PRESENT, _("来了"))]


class AttendanceForm(forms.Form):
    """Asks of each member: here, on leave (why), or absent. Carries what it showed, so that others' entries stay.

    `is_early`: before the meeting begins only leave can be said.
    """

    def __init__(self, *args: Any, roster: Roster, states: dict[int, str], is_early: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roster, self.states = roster, states
        for attendee in roster.attendees:
            self.add_row(attendee, is_early=is_early)

    def add_row(self, attendee: Attendee, *, is_early: bool) -> None:
        """Add the three fields of a member."""
        key, (came, _colon, why) = attendee.member.pk, self.states[attendee.member.pk].partition(":")
        choices = EARLY if is_early else CAME if attendee.is_due else EXEMPT
        if came not in dict(choices):
            choices = [*choices, *(one for one in (*CAME, *EARLY) if one[0] == came and came != EXPECTED)]
        self.fields[f"came-{key}"] = forms.ChoiceField(
            label=str(attendee.member), choices=choices, initial=came, required=False, widget=forms.RadioSelect
        )
        self.fields[f"why-{key}"] = forms.ChoiceField(
            label=_("请假原因"),
            choices=AttendanceNote.Leave.choices,
            initial=why,
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields[f"was-{key}"] = forms.CharField(initial=self.states[key], required=False, widget=forms.HiddenInput)

    def list_rows(self) -> Iterator[dict[str, Any]]:
        """Yield each member with the fields of the row."""
        for attendee in self.roster.attendees:
            key = attendee.member.pk
            yield {"attendee": attendee, **{name: self[f"{name}-{key}"] for name in ("came", "why", "was")}}

    def clean(self) -> dict[str, Any]:
        """Nobody who is due is left out, and leave has a reason."""
        data = super().clean() or {}
        for attendee in self.roster.attendees:
            key = attendee.member.pk
            came = data.get(f"came-{key}")
            if not came and attendee.is_due and f"came-{key}" not in self.errors:
                self.add_error(f"came-{key}", _now("请点一下：到会、请假还是缺席。"))
            if came == LEAVE and not data.get(f"why-{key}") and f"why-{key}" not in self.errors:
                self.add_error(f"why-{key}", _now("请点一下请假原因。"))
        return data

    @property
    def rows(self) -> dict[int, Row]:
        """What the form says of each member, by the member's key."""
        said = {}
        for attendee in self.roster.attendees:
            key = attendee.member.pk
            now = self.cleaned_data[f"came-{key}"] or EXPECTED
            if now == LEAVE:
                now = f"{LEAVE}:{self.cleaned_data[f'why-{key}']}"
            said[key] = Row(was=self.cleaned_data[f"was-{key}"], now=now)
        return said

    def show_changes(self, states: Mapping[int, str]) -> None:
        """Show what others have entered meanwhile; saved once more, the form writes on top of what it now shows."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        for key, state in states.items():
            came, _colon, why = state.partition(":")
            for name, value in (("came", came), ("why", why), ("was", state)):
                self.data[self.add_prefix(f"{name}-{key}")] = value  # type: ignore[index]


class MakeUpForm(forms.Form):
    """Asks when and how somebody made up."""

    how = forms.ChoiceField(label=_("怎么补的"), choices=AttendanceNote.MakeUp.choices, widget=forms.RadioSelect)
    day = forms.DateField(label=_("补课日期"), initial=timezone.localdate, widget=PastDayInput)
