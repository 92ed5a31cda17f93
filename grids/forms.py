"""Forms of the register pages."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Community
from grids.models import Grid


class ImportForm(forms.Form):
    """Uploads a resident workbook."""

    file = forms.FileField(label=_("居民表格"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))
    community = forms.ModelChoiceField(
        label=_("范围"),
        queryset=Community.objects.none(),
        required=False,
        empty_label=_("全街道（表里有“社区”列）"),
    )
    effective_date = forms.DateField(
        label=_("生效日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("表中的迁移从这一天起算；没有写入住日期的新居民也从这一天起算。"),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = by.communities()  # type: ignore[attr-defined]
        self.fields["effective_date"].initial = timezone.localdate

    def clean_effective_date(self) -> Any:
        """The register knows no future."""
        day = self.cleaned_data["effective_date"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("生效日期不能在将来。"))
        return day


class ResidentFilter(forms.Form):
    """Narrows the resident list."""

    grid = forms.ModelChoiceField(
        label=_("网格"), queryset=Grid.objects.none(), required=False, empty_label=_("全部网格")
    )
    q = forms.CharField(label=_("姓名"), required=False, max_length=20)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grids = Grid.objects.visible_to(by).current().select_related("community")
        self.fields["grid"].queryset = grids  # type: ignore[attr-defined]
        self.fields["grid"].label_from_instance = lambda grid: f"{grid.community} · {grid}"  # type: ignore[attr-defined]

    def clean_q(self) -> str:
        """Rule R3: a search needs two characters."""
        text = self.cleaned_data["q"].strip()
        if len(text) == 1:
            raise forms.ValidationError(_("请至少输入两个字。"))
        return text
