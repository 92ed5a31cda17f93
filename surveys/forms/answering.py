"""What a form asks beside its questions: the code of a card, or name and phone in a named survey."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.forms.signups import PersonForm
from surveys.codes import find_code, hash_codes, normalise
from surveys.models import AccessCode, Wave, WaveLink

UNKNOWN = _("没有这个答题码。请看着卡片再写一遍，一共 10 个字母和数字。")
ELSEWHERE = _("这张卡不是这次调查在本社区的卡。请扫卡上的二维码打开。")
USED = _("这张卡已经用过，一张卡只收一份。如果刚才就是您发送的，那一份已经收到了。")
TOO_MANY = _("这会儿试的次数太多。请过一个小时再试，填好的内容还在。")


class SenderForm(PersonForm):
    """Has only those fields that the wave needs. No question's field can have their names: these have a dash."""

    token = forms.CharField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("答题码"),
        max_length=60,
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "ABCDE-FGHJK",
                "data-survey-code": "",
            }
        ),
        error_messages={"required": _("请写上卡片上的答题码。")},
    )
    field_order = ("token", "code", "name", "phone")
    prefix = "sender"

    def __init__(self, *args: Any, link: WaveLink, may_try: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.link, self.may_try = link, may_try
        self.access_code: AccessCode | None = None
        if not link.wave.needs_code:
            del self.fields["code"]
        if link.wave.mode != Wave.Mode.NAMED:
            del self.fields["name"], self.fields["phone"]
        else:
            self.fields["phone"].error_messages["required"] = _("请写上手机号，好给您回电话。")

    @property
    def token_value(self) -> str:
        """The token of this form, made with it: whatever is sent with the same one counts once."""
        sent = self.data.get("sender-token", "") if self.is_bound else ""
        try:
            return str(uuid.UUID(str(sent)))
        except ValueError:
            return str(self.initial.setdefault("token", str(uuid.uuid4())))

    def clean_code(self) -> str:
        """Return the code as it is known, of this wave and community."""
        text = self.cleaned_data["code"]
        if not self.may_try:
            raise ValidationError(TOO_MANY)
        self.access_code = find_code(self.link, text)
        if self.access_code is None:
            is_ours = AccessCode.objects.filter(code_hash__in=hash_codes(text)).exists()
            raise ValidationError(ELSEWHERE if is_ours else UNKNOWN)
        return normalise(text)
