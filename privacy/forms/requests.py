"""The form by which a request about somebody's own data is noted: what, who asks, and when. No free text."""

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.forms.people import day_field
from privacy.models import SubjectRequest


class RequestForm(forms.Form):
    """Asks what is wanted, by whom and since when."""

    kind = forms.ChoiceField(
        label=_("要求什么"),
        choices=SubjectRequest.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选要求什么。")},
    )
    asker = forms.ChoiceField(
        label=_("提出请求的人"),
        choices=SubjectRequest.Asker,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选是谁提出的。")},
    )
    asked_on = day_field(_("提出日期"), _("答复期限从这一天算起。"))
