"""Forms of the life of an activity: withdrawing one, and the street's verdict on a report."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CancelForm(forms.Form):
    """Asks why an activity is withdrawn."""

    reason = forms.CharField(
        label=_("撤销原因"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("例如：下雨改期、重复登记、日期填错")}),
    )


class VerifyForm(forms.Form):
    """Carries the version and the 人次 that were read."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    heads = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """Asks what is to be mended."""

    reason = forms.CharField(
        label=_("退回原因"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": _("例如：人数和照片对不上，请核对")}),
    )
