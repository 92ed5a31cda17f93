"""Forms of posts: the post itself, claiming it, leaving or handing it over, and the yearly review."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from grids.forms.days import PastDayInput
from party.models import Member, Organisation, PostReview, Registration, ServicePost

LEAVE, HAND_OVER = "leave", "hand_over"
MEMBER, REGISTRATION = "m", "r"


class PostForm(forms.ModelForm):
    """Describes a post."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ServicePost
        fields = ["name", "duty", "places", "opened_on"]
        widgets = {
            "opened_on": PastDayInput,
            "duty": forms.Textarea(attrs={"rows": 2}),
            "places": forms.NumberInput(attrs={"class": "form-control", "min": 1, "max": 99}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4
        self.fields["places"].max_value = 99  # type: ignore[attr-defined]
        self.initial["opened_on"] = self.instance.opened_on or timezone.localdate()

    def clean_opened_on(self) -> Any:
        """Refuse a day to come."""
        day = self.cleaned_data["opened_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("日期在将来，请核对。"))
        return day

    def clean_places(self) -> int:
        """Refuse a post without a place, and more places than any branch has hands."""
        places = self.cleaned_data["places"]
        if not 1 <= places <= 99:
            raise forms.ValidationError(_("人数应为 1 到 99。"))
        return int(places)


class HolderForm(forms.Form):
    """Chooses who takes a post: a member of the branch, or somebody registered there from a unit."""

    holder = forms.CharField(label=_("由谁认领"), widget=forms.HiddenInput)

    def __init__(self, *args: Any, branch: Organisation, taken: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branch, self.taken = branch, taken
        self.fields["holder"].error_messages["required"] = _("请选一位党员。")

    @cached_property
    def choices(self) -> list[tuple[str, Member | Registration]]:
        """Who may take the post today, by initials; who has it is left out."""
        today = timezone.localdate()
        registered = Registration.objects.on(today).filter(organisation=self.branch)
        people: list[tuple[str, Member | Registration]] = [
            (f"{MEMBER}{one.pk}", one) for one in Member.objects.in_on(self.branch, today).for_list()
        ]
        people += [
            (f"{REGISTRATION}{one.pk}", one)
            for one in registered.select_related("resident__grid", "resident__household__building").order_by(
                "resident__initials", "pk"
            )
        ]
        return [(value, one) for value, one in people if value not in self.taken]

    @property
    def chosen(self) -> str:
        """The value ticked in a form that is shown again."""
        return str(self["holder"].value() or "")

    def clean_holder(self) -> Member | Registration:
        """Return who was chosen among those who may."""
        value = self.cleaned_data["holder"]
        if not value:
            raise forms.ValidationError(_("请选一位党员。"))
        found = dict(self.choices).get(value)
        if found is None:
            raise forms.ValidationError(_("这位党员现在不能认领，请另选一位。"))
        return found


class ClaimForm(HolderForm):
    """Lets somebody take a post."""

    since = forms.DateField(label=_("认领日期"), widget=PastDayInput, initial=timezone.localdate)


class ClaimEndForm(HolderForm):
    """Ends a claim, or hands it over."""

    how = forms.ChoiceField(
        label=_("怎么办"),
        choices=[(LEAVE, _("退岗，空出位置")), (HAND_OVER, _("移交给另一位"))],
        initial=LEAVE,
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=_("从哪天起"), widget=PastDayInput, initial=timezone.localdate)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].required = False
        self.fields["holder"].label = _("移交给谁")

    def clean_holder(self) -> Any:
        """Return to whom a post is handed over; nobody when it is left."""
        return super().clean_holder() if self.data.get("how") == HAND_OVER else None


class ReviewForm(forms.Form):
    """The review of a duty for a year."""

    year = forms.TypedChoiceField(label=_("年度"), coerce=int, widget=forms.RadioSelect)
    result = forms.ChoiceField(label=_("职责做得怎样"), choices=PostReview.Result.choices, widget=forms.RadioSelect)
    goes_on = forms.TypedChoiceField(
        label=_("下一年"),
        choices=[("yes", _("继续担任")), ("no", _("到今天为止"))],
        initial="yes",
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, years: list[int], is_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(year), _("%(year)s 年") % {"year": year}) for year in years]
        self.fields["year"].choices = choices  # type: ignore[attr-defined]
        self.fields["year"].initial = choices[0][0] if choices else ""
        if not is_open:
            self.fields["goes_on"].required = False
            self.fields["goes_on"].widget = forms.HiddenInput()
