"""What narrows the list of volunteers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.models import Grid
from grids.search import fold_text, match
from volunteers.models import FreeTime, Skill, Team, Volunteer


class VolunteerFilter(forms.Form):
    """Narrows the list of volunteers. What is looked for in `q` is judged by grids.search."""

    q = forms.CharField(label=_("查找"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("状态"), choices=[("", _("在册和暂停")), *Volunteer.State.choices], required=False
    )
    skill = forms.ModelChoiceField(
        label=_("技能"), queryset=Skill.objects.filter(kind=Skill.Kind.SKILL), required=False, empty_label=_("不限")
    )
    language = forms.ModelChoiceField(
        label=_("语言"),
        queryset=Skill.objects.filter(kind=Skill.Kind.LANGUAGE),
        required=False,
        empty_label=_("不限"),
    )
    free_time = forms.ModelChoiceField(
        label=_("空闲时间"), queryset=FreeTime.objects.all(), required=False, empty_label=_("不限")
    )
    grid = forms.ModelChoiceField(
        label=_("网格"), queryset=Grid.objects.none(), required=False, empty_label=_("全部网格")
    )
    team = forms.ModelChoiceField(label=_("团队"), queryset=Team.objects.none(), required=False, empty_label=_("不限"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = Grid.objects.visible_to(by).current()  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.visible_to(by).current()  # type: ignore[attr-defined]

    def clean_q(self) -> str:
        """Return the text folded; refuse one that nobody can answer to."""
        text = fold_text(self.cleaned_data["q"])
        if text:
            match(text)
        return text

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter beside the search is set."""
        return any(self.data.get(name) for name in self.fields if name != "q")
