"""Forms of the resident list, and of showing what is masked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community
from grids.groupings import AGE_BANDS
from grids.models import Building, Grid, PopulationGroup
from grids.search import ALL, HERE, LEFT, fold_text, match, read_key
from grids.unmasking import Field, Purpose

SPELL_STATES = [(HERE, _("现在住在这里")), (LEFT, _("已迁出或去世")), (ALL, _("全部"))]


class ResidentFilter(forms.Form):
    """Narrows the resident list. What is looked for in `q` is judged by grids.search."""

    q = forms.CharField(label=_("查找"), required=False, max_length=60)
    community = forms.ModelChoiceField(
        label=_("社区"), queryset=Community.objects.none(), required=False, empty_label=_("全部社区")
    )
    grid = forms.ModelChoiceField(
        label=_("网格"), queryset=Grid.objects.none(), required=False, empty_label=_("全部网格")
    )
    group = forms.ModelChoiceField(
        label=_("人群类别"), queryset=PopulationGroup.objects.all(), required=False, empty_label=_("不限人群")
    )
    band = forms.ChoiceField(
        label=_("年龄段"), choices=[("", _("不限年龄")), *((b.code, b.name) for b in AGE_BANDS)], required=False
    )
    spell = forms.ChoiceField(label=_("居住情况"), choices=SPELL_STATES, required=False)
    building = forms.ModelChoiceField(
        label=_("楼栋"), queryset=Building.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grids = Grid.objects.visible_to(by).current().select_related("community")
        self.fields["building"].queryset = Building.objects.filter(  # type: ignore[attr-defined]
            grid__in=Grid.objects.visible_to(by).values("pk")
        )
        if by.community_id:
            del self.fields["community"]
        else:
            self.fields["community"].queryset = Community.objects.current().filter(pk__in=by.communities())  # type: ignore[attr-defined]
            chosen = read_key(self.data.get("community", ""))
            grids = grids.filter(community=chosen) if chosen else grids
            self.fields["grid"].label_from_instance = name_with_community  # type: ignore[attr-defined]
        self.fields["grid"].queryset = grids  # type: ignore[attr-defined]

    def clean_q(self) -> str:
        """Return the text folded; refuse one that nobody can answer to."""
        text = fold_text(self.cleaned_data["q"])
        if text:
            match(text)
        return text

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter beside the search is set."""
        chosen = [self.data.get(name) for name in ("community", "grid", "group", "band", "building")]
        return any(chosen) or self.data.get("spell", "") not in ("", HERE)


def name_with_community(grid: Grid) -> str:
    """Name a grid for who looks after several communities."""
    return f"{grid.community} · {grid}"


class UnmaskForm(forms.Form):
    """Asks which field is to be shown in full, and what for."""

    field = forms.ChoiceField(choices=Field)
    purpose = forms.ChoiceField(
        label=_("查看用途"),
        choices=Purpose,
        widget=forms.RadioSelect,
        error_messages={"required": _("请先选用途，再看完整内容。")},
    )
