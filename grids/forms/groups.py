"""The form of a population group."""

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import PopulationGroup


class GroupForm(forms.ModelForm):
    """Names a group; the model refuses names about what the portal does not keep."""

    class Meta:
        model = PopulationGroup
        fields = ["name"]
        error_messages = {"name": {"unique": _("已有同名的人群类别。")}}
