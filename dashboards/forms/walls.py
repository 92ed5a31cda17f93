"""The form that makes a link to a wall screen."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dashboards.walls import list_choices, make_token

SALT = "dashboards.walls"
GOOD_FOR = 24 * 3600  # seconds a form may stay open


class WallForm(forms.Form):
    """Area, name and seconds. The token comes with the form, signed: sent twice it makes one link."""

    area_code = forms.ChoiceField(label=_("显示哪个区域"), error_messages={"invalid_choice": _("请选您负责的区域。")})
    name = forms.CharField(
        label=_("放在哪里"),
        max_length=40,
        help_text=_("只有管理人员看得到，例如“街道大厅电视”。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    seconds = forms.IntegerField(
        label=_("每页停留几秒"),
        min_value=5,
        max_value=300,
        initial=20,
        error_messages={
            "min_value": _("每页停留 5 到 300 秒。"),
            "max_value": _("每页停留 5 到 300 秒。"),
            "invalid": _("请填整数，例如 20。"),
        },
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area_code"].choices = list_choices(by)  # type: ignore[attr-defined]
        self.initial["token"] = signing.dumps(make_token(), salt=SALT)

    def clean_token(self) -> str:
        """Return the token that this portal put into the form."""
        try:
            return signing.loads(self.cleaned_data["token"], salt=SALT, max_age=GOOD_FOR)
        except signing.BadSignature as error:
            self.data = {**self.data.dict(), "token": self.initial["token"]}  # type: ignore[attr-defined]
            raise ValidationError(_("这一页开得太久了，请再点一次“生成链接”。填的内容还在。")) from error
