"""The form with which results are shown to residents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.models import Wave


class PublishingForm(forms.Form):
    """What is to be done about the results, in the owner's words."""

    note = forms.CharField(
        label=_("打算怎么做"),
        max_length=Wave._meta.get_field("results_note").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("写给居民：听到了什么，接下来做什么、什么时候做。最多 400 字，可以以后再补。不要写到具体的人。"),
    )
