"""Forms of pledges: what is promised, what became of it, and what may be public."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.validators import refuse_forbidden
from party.models import Member, Pledge, PledgeItem
from party.pledges import MOST_ITEMS, Promise, years_of

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PromisesForm(forms.Form):
    """Up to MOST_ITEMS lines, each with a tick whether the public may read it."""

    def __init__(self, *args: Any, items: Sequence[PledgeItem] = (), agrees: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        length = PledgeItem._meta.get_field("text").max_length
        for place in range(MOST_ITEMS):
            item = items[place] if place < len(items) else None
            self.fields[f"text_{place}"] = forms.CharField(
                label=gettext("第 %(number)s 项") % {"number": place + 1},
                max_length=length,
                required=False,
                initial=item.text if item else "",
                validators=[refuse_forbidden],
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"public_{place}"] = forms.BooleanField(
                label=_("可以公开"), required=False, initial=item.is_public if item else agrees
            )

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The lines as they are shown: text, tick."""
        return [(self[f"text_{place}"], self[f"public_{place}"]) for place in range(MOST_ITEMS)]

    @property
    def promises(self) -> list[Promise]:
        """The lines that say something, once the form is valid."""
        data = self.cleaned_data
        lines = [(data.get(f"text_{place}", ""), data.get(f"public_{place}", False)) for place in range(MOST_ITEMS)]
        return [Promise(" ".join(text.split()), public) for text, public in lines if text.strip()]


class PledgeForm(PromisesForm):
    """A member's pledge: whose, for which year, what."""

    member = forms.ModelChoiceField(label=_("党员"), queryset=Member.objects.none(), empty_label=_("请选择"))
    year = forms.TypedChoiceField(label=_("年度"), coerce=int, widget=forms.RadioSelect)
    signed_on = forms.DateField(
        label=_("签订日期"), required=False, widget=DAY, help_text=_("还没签就空着，先存为草稿。")
    )
    shows_name = forms.BooleanField(label=_("本人同意公开姓名"), required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    field_order = ["member", "year"]

    def __init__(
        self, *args: Any, people: QuerySet[Member] | None = None, pledge: Pledge | None = None, **kwargs: Any
    ) -> None:
        today = timezone.localdate()
        initial = {"year": today.year, "signed_on": today, "token": uuid.uuid4(), **(kwargs.pop("initial", None) or {})}
        if pledge:
            initial |= {"signed_on": pledge.signed_on, "shows_name": pledge.shows_name}
        super().__init__(*args, initial=initial, **kwargs)
        if pledge:
            del self.fields["member"], self.fields["year"], self.fields["token"]
            return
        self.fields["member"].queryset = people  # type: ignore[attr-defined]
        self.fields["year"].choices = [(year, str(year)) for year in years_of(today)]  # type: ignore[attr-defined]


class BranchPledgeForm(PromisesForm):
    """What the branch pledges all its members for a year."""

    year = forms.TypedChoiceField(label=_("年度"), coerce=int, widget=forms.RadioSelect)
    signed_on = forms.DateField(label=_("签订日期"), widget=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = timezone.localdate()
        initial = {"year": today.year, "signed_on": today, **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, agrees=True, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years_of(today)]  # type: ignore[attr-defined]


class SayingForm(forms.Form):
    """One answer for each item: what the member says at mid-year, or the branch's review; blank says nothing."""

    column = "midway"
    choices: Sequence[tuple[str, Any]] = PledgeItem.Midway.choices

    def __init__(self, data: Any = None, *, items: Iterable[PledgeItem]) -> None:
        super().__init__(data, prefix=self.column)
        for item in items:
            self.fields[f"item_{item.pk}"] = forms.ChoiceField(
                label=item.text,
                choices=self.choices,
                required=False,
                initial=getattr(item, self.column),
                widget=forms.RadioSelect,
            )

    @property
    def said(self) -> dict[int, str]:
        """Item's key -> what is said of it, once the form is valid."""
        return {int(name.removeprefix("item_")): value for name, value in self.cleaned_data.items() if value}

    def clean(self) -> dict[str, Any]:
        """Ask for an answer at least."""
        data = super().clean() or {}
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(gettext("请至少选一项。"))
        return data


class ReviewForm(SayingForm):
    """The branch's review at the end of the year."""

    column = "outcome"
    choices = PledgeItem.Outcome.choices


class ConsentForm(forms.Form):
    """What the member agrees to have published."""

    public = forms.ModelMultipleChoiceField(
        label=_("可以公开的事项"),
        queryset=PledgeItem.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    shows_name = forms.BooleanField(label=_("本人同意公开姓名"), required=False)

    def __init__(self, data: Any = None, *, pledge: Pledge) -> None:
        items = pledge.items.all()
        shown = [item.pk for item in items if item.is_public]
        super().__init__(data, initial={"public": shown, "shows_name": pledge.shows_name})
        self.fields["public"].queryset = items  # type: ignore[attr-defined]
        if pledge.side == Pledge.Side.BRANCH:
            del self.fields["shows_name"]
