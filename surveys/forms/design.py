"""Forms of a survey and of its sections. Those of a question: design_questions.py."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.validators import refuse_forbidden
from surveys.models import Survey
from surveys.starting_sets import Start

TITLE_MAX, NOTE_MAX = 60, 200


class SurveyForm(forms.ModelForm):
    """Title and purpose of a survey."""

    class Meta:
        model = Survey
        fields = ["title", "purpose"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"title": _("居民会看到，例如：2026 年居民满意度调查。")}


class TokenMixin(forms.Form):
    """Carries the token that makes a form sent twice begin one survey."""

    token = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": "1"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4


class NewSurveyForm(TokenMixin, SurveyForm):
    """A survey that begins, and with what."""

    start = forms.ChoiceField(
        label=_("从什么开始"), choices=Start, initial=Start.SATISFACTION, widget=forms.RadioSelect
    )


class CopyForm(TokenMixin):
    """The title of a copy."""

    title = forms.CharField(label=_("新调查的名称"), max_length=TITLE_MAX, validators=[refuse_forbidden])


class SectionForm(forms.Form):
    """Title and note of a section; `seen` is the state of the survey that the page showed."""

    title = forms.CharField(label=_("标题"), max_length=TITLE_MAX, validators=[refuse_forbidden])
    note = forms.CharField(
        label=_("说明"),
        max_length=NOTE_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("可以不写。居民看到这一部分时先读到它。"),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
