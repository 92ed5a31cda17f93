"""The form in which a file of answers is asked for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.files.exporting import FileKind, Purpose


class AnswerFileForm(forms.Form):
    """Purpose and kind of file."""

    purpose = forms.TypedChoiceField(label=_("用途"), choices=Purpose, coerce=Purpose, widget=forms.RadioSelect)
    kind = forms.TypedChoiceField(
        label=_("文件格式"), choices=FileKind, coerce=FileKind, initial=FileKind.XLSX, widget=forms.RadioSelect
    )
