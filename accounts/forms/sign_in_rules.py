"""Which roles must sign in with a second factor."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


class SignInRulesForm(forms.Form):
    """Ticks the roles."""

    roles = forms.MultipleChoiceField(
        label=_("必须使用动态口令的角色"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
