"""The form in which thanks given are noted."""

from django import forms
from django.utils.translation import gettext_lazy as _

from volunteers.models import Thanks


class ThanksForm(forms.Form):
    """What for and how; what it is for comes with the row."""

    occasion = forms.ChoiceField(label=_("事由"), choices=Thanks.Occasion)
    hours = forms.IntegerField(label=_("时长（小时）"), min_value=0, max_value=10_000)
    year = forms.IntegerField(label=_("年度"), min_value=0, max_value=9999)
    how = forms.ChoiceField(label=_("方式"), choices=Thanks.How)
