"""Forms on which areas are set up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Community, District, Street

# GB/T 2260: the first two digits are the province; 99 belongs to none and stands for examples.
PROVINCES = frozenset(
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46}
    | {50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 99}
)
EXPLANATIONS = {
    District: _("区县代码是 6 位数字（GB/T 2260），例如 210106。"),
    Street: _("街道代码是 9 位数字：前 6 位是所在区县，填后 3 位就行。"),
    Community: _("社区代码是 12 位数字：前 9 位是所在街道，填后 3 位就行。"),
}


class AreaForm(forms.Form):
    """Names an area, and gives a new one its code: in full, or the three digits behind the parent's."""

    code = forms.CharField(
        label=_("区划代码"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(label=_("名称"), max_length=60)

    def __init__(self, *args: Any, area: District | Street | Community, parent: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area, self.parent = area, parent
        self.fields["name"].initial = area.name
        if area.pk:
            del self.fields["code"]
        else:
            self.fields["code"].help_text = EXPLANATIONS[type(area)]

    def clean_code(self) -> str:
        """Complete the code and hold it against the level's shape, the parent's code, and the codes in use."""
        code = self.cleaned_data["code"].strip()
        above = self.parent.code if self.parent else ""
        if above and len(code) == 3:
            code = above + code
        if not (code.isascii() and code.isdecimal()) or len(code) != len(above) + (3 if above else 6):
            raise forms.ValidationError(EXPLANATIONS[type(self.area)])
        if not code.startswith(above):
            raise forms.ValidationError(_("前几位应当是上级的代码 %(code)s。"), params={"code": above})
        if int(code[:2]) not in PROVINCES:
            raise forms.ValidationError(
                _("前两位 %(code)s 不是省级代码（GB/T 2260），请核对。"), params={"code": code[:2]}
            )
        if code.endswith("000") if above else code.endswith("00"):
            raise forms.ValidationError(_("末尾全是 0 的代码是上级的，请填这个区域自己的代码。"))
        if type(self.area).objects.filter(code=code).exists():
            raise forms.ValidationError(_("这个代码已经用过，请核对；撤销的区域也占着代码。"))
        return code

    def clean_name(self) -> str:
        """Refuse a name that a neighbour bears already: two of the same street could not be told apart."""
        name = self.cleaned_data["name"]
        beside = type(self.area).objects.current().filter(name=name).exclude(pk=self.area.pk)
        if self.parent:
            beside = beside.filter(code__startswith=self.parent.code)
        if beside.exists():
            raise forms.ValidationError(_("同一个上级下面已有同名的区域，请换一个名称。"))
        return name

    def fill(self) -> District | Street | Community:
        """Return the area with what was typed."""
        self.area.name = self.cleaned_data["name"]
        self.area.code = self.cleaned_data.get("code", self.area.code)
        return self.area
