"""The form that switches a second factor on. Codes at log-in: forms/sign_in.py."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.sign_in import CODE_FIELD


class FirstCodeForm(forms.Form):
    """Asks for the first code, which shows that the app has the secret."""

    code = forms.CharField(
        label=_("验证器上的六位数"),
        max_length=10,
        widget=forms.TextInput(attrs=CODE_FIELD | {"inputmode": "numeric"}),
    )
