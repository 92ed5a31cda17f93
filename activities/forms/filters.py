"""The filters of the activity list, which its export obeys too."""

from functools import partial
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from activities.filters import ALL_CATEGORIES
from activities.models import Activity, ActivityKind, Category, Programme, Theme
from communities.models import Community
from grids.forms.days import DayInput

ANY = ("", _("不限"))


def day_field(label: Any) -> forms.DateField:
    """Return a date that the browser helps to choose."""
    return forms.DateField(label=label, required=False, widget=DayInput())


class PlainSelect(forms.Select):
    """A select written in one go: Django renders a template for every option, a third of the page's time here."""

    def use_required_attribute(self, initial: Any) -> bool:
        """No filter is required; Django would look at the first choice to know."""
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """Return the element."""
        chosen = "" if value is None else str(value)
        rows = ((key, flatatt({"selected": str(key) == chosen}), label) for key, label in self.choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        return format_html(
            "<select{}>{}</select>", flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})})), options
        )


def list_choices(field: forms.ModelChoiceField) -> list[tuple[Any, Any]]:
    """Return a field's choices by a plain query: left to itself it opens a server-side cursor for a dozen rows."""
    return [("", field.empty_label), *field.queryset.values_list("pk", "name")]  # type: ignore[union-attr]


class ActivityFilter(forms.Form):
    """Narrows the list of activities."""

    q = forms.CharField(label=_("名称"), required=False, max_length=60)
    since = day_field(_("从哪天"))
    until = day_field(_("到哪天"))
    community = forms.ModelChoiceField(
        label=_("社区"), queryset=Community.objects.none(), required=False, empty_label=_("全部社区")
    )
    phase = forms.ChoiceField(label=_("进展"), choices=[ANY, *Activity.Phase.choices], required=False)
    category = forms.ChoiceField(
        label=_("类别"),
        choices=[("", _("不含走访")), *Category.choices, (ALL_CATEGORIES, _("全部，含走访"))],
        required=False,
    )
    kind = forms.ModelChoiceField(
        label=_("类型"), queryset=ActivityKind.objects.all(), required=False, empty_label=_("不限")
    )
    theme = forms.ModelChoiceField(label=_("主题"), queryset=Theme.objects.all(), required=False, empty_label=_("不限"))
    programmes = forms.ModelChoiceField(
        label=_("工作项目"), queryset=Programme.objects.all(), required=False, empty_label=_("不限")
    )
    origin = forms.ChoiceField(label=_("来源"), choices=[ANY, *Activity.Origin.choices], required=False)
    mode = forms.ChoiceField(label=_("方式"), choices=[ANY, *Activity.Mode.choices], required=False)
    responsible = forms.ModelChoiceField(
        label=_("负责人"), queryset=User.objects.none(), required=False, empty_label=_("不限")
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = User.objects.filter(role=Role.WORKER, community__in=by.communities()).order_by("name", "pk")
        self.fields["responsible"].queryset = workers  # type: ignore[attr-defined]
        if by.community_id:
            del self.fields["community"]
        else:
            self.fields["community"].queryset = Community.objects.current().filter(pk__in=by.communities())  # type: ignore[attr-defined]
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.choices = partial(list_choices, field)
            if isinstance(field, forms.ChoiceField):
                field.widget = PlainSelect(attrs={"class": "form-select"})
                field.widget.choices = field.choices
            else:
                field.widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("结束日期不能早于开始日期。"))
        return data

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set beside the name and the period, which show by themselves."""
        return any(self.data.get(name) for name in self.fields if name not in ("q", "since", "until"))

    @property
    def is_used(self) -> bool:
        """Whether anything is filtered at all."""
        return any(self.data.get(name) for name in self.fields)
