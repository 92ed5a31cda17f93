"""Forms of staff about volunteers: entering one, changing what one offers, showing a field, deciding."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.forms.signups import PersonForm
from grids.forms.days import PastDayInput
from grids.models import Resident, Sex
from grids.unmasking import Purpose
from volunteers.identities import is_old_enough, needs_guardian
from volunteers.models import FreeTime, Skill, Volunteer
from volunteers.people import Guardian, Offer, Outsider, Shown
from volunteers.standing import Refusal

OLDEST = 120  # years; an earlier birth date is a slip of the finger
SEXES = [(Sex.FEMALE.value, Sex.FEMALE.label), (Sex.MALE.value, Sex.MALE.label)]
TEL = {"type": "tel", "inputmode": "tel", "autocomplete": "off"}


def chips(label: Any, queryset: Any) -> forms.ModelMultipleChoiceField:
    """Return a field that offers the rows of a list as chips."""
    return forms.ModelMultipleChoiceField(
        label=label, queryset=queryset, required=False, widget=forms.CheckboxSelectMultiple
    )


class OfferForm(forms.Form):
    """Asks what somebody can do, and when; and of a minor who has agreed."""

    skills = chips(_("会做什么"), Skill.objects.filter(is_active=True, kind=Skill.Kind.SKILL))
    languages = chips(_("会说什么话"), Skill.objects.filter(is_active=True, kind=Skill.Kind.LANGUAGE))
    free_times = chips(_("什么时候有空"), FreeTime.objects.filter(is_active=True))
    guardian_name = forms.CharField(
        label=_("监护人姓名"), max_length=60, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    guardian_phone = forms.CharField(
        label=_("监护人手机号"), max_length=40, required=False, widget=forms.TextInput(TEL)
    )

    @property
    def offer(self) -> Offer:
        """What was chosen."""
        data = self.cleaned_data
        return Offer([*data["skills"], *data["languages"]], list(data["free_times"]))

    def clean_guardian_name(self) -> str:
        """Return the name as the register writes it."""
        return read_as(PersonForm.clean_name, self, "guardian_name", "name")

    def clean_guardian_phone(self) -> str:
        """Return the 11 digits."""
        return read_as(PersonForm.clean_phone, self, "guardian_phone", "phone")

    def check_guardian(self, born: date, name: str, *, known: bool = False) -> None:
        """Refuse a child, and a minor as his own guardian; ask for what is missing of one (`known`: on record).

        `name` is the minor's own. The phone may be the same: many a child of fourteen has none.
        """
        if not is_old_enough(born):
            where = "birth_date" if "birth_date" in self.fields else None
            self.add_error(where, _("满 14 周岁才能登记为志愿者。现在可以由家里人带着一起参加社区活动。"))
        elif needs_guardian(born):
            given = [field for field in self.guardian_fields if self.cleaned_data.get(field)]
            for field in self.guardian_fields:
                if (given or not known) and field not in given and field not in self.errors:
                    self.add_error(field, _("未满 18 周岁，这一项要填。"))
            if name and self.cleaned_data.get("guardian_name") == name:
                self.add_error("guardian_name", _("监护人不能是本人，请写监护人自己的姓名。"))

    @property
    def guardian_fields(self) -> list[str]:
        """The names of the fields about a guardian."""
        return [name for name in self.fields if name.startswith("guardian")]


def read_as(clean: Any, form: forms.Form, name: str, as_name: str) -> str:
    """Return a field's text cleaned as PersonForm cleans the field of another name."""
    reader = PersonForm()
    reader.cleaned_data = {as_name: form.cleaned_data[name]}
    return clean(reader)


class StaffOfferForm(OfferForm):
    """Changes what a volunteer offers. What is on record of phone and guardian is not shown, only replaced."""

    phone = forms.CharField(
        label=_("新手机号"),
        max_length=40,
        required=False,
        widget=forms.TextInput(TEL),
        help_text=_("换了号码才填，不填就不变。"),
    )
    guardian_agreed_on = forms.DateField(label=_("监护人同意日期"), required=False, widget=PastDayInput())

    def __init__(self, *args: Any, volunteer: Volunteer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.volunteer = volunteer
        if volunteer.resident:
            del self.fields["phone"]
        if not needs_guardian(volunteer.born_on):
            for name in self.guardian_fields:
                del self.fields[name]

    @staticmethod
    def initial_of(volunteer: Volunteer) -> dict[str, Any]:
        """Return what the form begins with."""
        skills = list(volunteer.skills.all())
        return {
            "skills": [skill.pk for skill in skills if skill.kind == Skill.Kind.SKILL],
            "languages": [skill.pk for skill in skills if skill.kind == Skill.Kind.LANGUAGE],
            "free_times": [time.pk for time in volunteer.free_times.all()],
        }

    def clean_phone(self) -> str:
        """Return the 11 digits."""
        return read_as(PersonForm.clean_phone, self, "phone", "phone")

    def clean_guardian_agreed_on(self) -> date | None:
        """Refuse a day to come."""
        return refuse_future(self.cleaned_data["guardian_agreed_on"])

    def clean(self) -> dict[str, Any]:
        """Ask for all of a guardian or nothing."""
        data = super().clean() or {}
        if self.guardian_fields:
            who = self.volunteer.resident or self.volunteer
            known = bool(self.volunteer.guardian_agreed_on)
            self.check_guardian(self.volunteer.born_on, who.name, known=known)
        return data

    @property
    def guardian(self) -> Guardian | None:
        """The guardian to be put on record; None to leave what is there."""
        return make_guardian(self.cleaned_data)


class VolunteerForm(OfferForm, PersonForm):
    """Enters a volunteer: a resident of the register, or somebody with name, sex, birth date and phone."""

    resident = forms.ModelChoiceField(label=_("居民"), queryset=Resident.objects.none(), required=False)
    name = forms.CharField(
        label=_("姓名"), max_length=60, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    phone = forms.CharField(label=_("手机号"), max_length=40, required=False, widget=forms.TextInput(TEL))
    sex = forms.TypedChoiceField(label=_("性别"), choices=SEXES, coerce=int, required=False, widget=forms.RadioSelect)
    birth_date = forms.DateField(label=_("出生日期"), required=False, widget=PastDayInput())
    guardian_agreed_on = forms.DateField(label=_("监护人同意日期"), required=False, widget=PastDayInput())
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resident"].queryset = Resident.objects.visible_to(by)  # type: ignore[attr-defined]

    def clean_birth_date(self) -> date | None:
        """Refuse a day to come or long ago."""
        return check_birth_date(self.cleaned_data["birth_date"])

    def clean_guardian_agreed_on(self) -> date | None:
        """Refuse a day to come."""
        return refuse_future(self.cleaned_data["guardian_agreed_on"])

    def clean(self) -> dict[str, Any]:
        """Ask for one person: chosen, or described in full."""
        data = super().clean() or {}
        resident = data.get("resident")
        if resident:
            self.check_guardian(resident.birth_date, resident.name)
            return data
        wanted = {
            "name": _("请查找并选一位居民，或者在这里写上姓名。"),
            "birth_date": _("不在底册里的人，要填出生日期。"),
            "phone": _("不在底册里的人，要填手机号，好联系他。"),
        }
        for field, words in wanted.items():
            if not data.get(field) and field not in self.errors:
                self.add_error(field, words)
        if data.get("birth_date"):
            self.check_guardian(data["birth_date"], data.get("name", ""))
        return data

    @property
    def person(self) -> Resident | Outsider:
        """Whom the form describes."""
        data = self.cleaned_data
        return data["resident"] or Outsider(data["name"], data["sex"] or 0, data["birth_date"], data["phone"])

    @property
    def guardian(self) -> Guardian | None:
        """Who agreed; None of an adult."""
        return make_guardian(self.cleaned_data) if needs_guardian(self.born_on) else None

    @property
    def born_on(self) -> date:
        """When the person was born."""
        resident = self.cleaned_data["resident"]
        return resident.birth_date if resident else self.cleaned_data["birth_date"]


def make_guardian(data: dict[str, Any]) -> Guardian | None:
    """Return the guardian of the cleaned fields; None where they are empty."""
    if not data.get("guardian_name"):
        return None
    return Guardian(data["guardian_name"], data["guardian_phone"], data["guardian_agreed_on"])


def check_birth_date(day: date | None) -> date | None:
    """Return a birth date; refuse a day to come or longer ago than people live."""
    if day and refuse_future(day).year < timezone.localdate().year - OLDEST:  # type: ignore[union-attr]
        raise ValidationError(_("请核对出生日期。"))
    return day


def refuse_future(day: date | None) -> date | None:
    """Return the day; refuse one to come."""
    if day and day > timezone.localdate():
        raise ValidationError(_("日期不能晚于今天。"))
    return day


class ShowForm(forms.Form):
    """Asks which field is to be shown in full, and what for."""

    field = forms.ChoiceField(choices=Shown)
    purpose = forms.ChoiceField(
        label=_("查看用途"),
        choices=[(one.value, one.label) for one in (Purpose.CALL, Purpose.SERVICE, Purpose.CHECK)],
        widget=forms.RadioSelect,
        error_messages={"required": _("请先选用途，再看完整内容。")},
    )


class DecisionForm(forms.Form):
    """Decides on an application."""

    ACCEPT, REFUSE = "accept", "refuse"

    decision = forms.ChoiceField(
        label=_("怎么办"),
        choices=[(ACCEPT, _("通过，登记为志愿者")), (REFUSE, _("不通过"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请先选通过还是不通过。")},
    )
    reason = forms.ChoiceField(label=_("不通过的原因"), choices=Refusal, required=False, widget=forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        """Ask for a reason with a refusal."""
        data = super().clean() or {}
        if data.get("decision") == self.REFUSE and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("不通过要选一个原因。"))
        return data
