"""The form by which a guardian's consent is noted: who agreed, how, and when. Nothing else is kept."""

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.forms.people import day_field
from grids.models import GuardianConsent


class ConsentForm(forms.Form):
    """Asks who agreed for the child, how and on which day."""

    guardian = forms.ChoiceField(
        label=_("谁同意的"),
        choices=GuardianConsent.Guardian,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选是谁同意的。")},
    )
    form = forms.ChoiceField(
        label=_("怎么同意的"),
        choices=GuardianConsent.Form,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选怎么同意的。")},
    )
    given_on = day_field(_("同意日期"))
