"""Forms of the life of an activity: withdrawing one."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CancelForm(forms.Form):
    """Asks why an activity is withdrawn."""

    reason = forms.CharField(
        label=_("撤销原因"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("例如：重复登记、日期填错")}),
    )
