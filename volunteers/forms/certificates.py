"""Forms of the service record: trainings and honours, certificates, and checking one by its code."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids.forms.days import PastDayInput
from grids.forms.people import CellField, clean_id_number
from volunteers.certificates import RevokeReason, clean_code
from volunteers.forms.people import refuse_future
from volunteers.models import RecordEntry, Volunteer
from volunteers.models.service import CODE_LENGTH

LOOK_ALIKES = set("OIL01")  # codes have none of them (make_certificate_code)


class EntryForm(forms.ModelForm):
    """Enters a training or an honour."""

    class Meta:
        model = RecordEntry
        fields = ["kind", "title", "by_unit", "on", "hours"]
        widgets = {"kind": forms.RadioSelect, "on": PastDayInput}
        help_texts = {
            "title": gettext_lazy("例如：急救知识培训、年度优秀志愿者"),
            "hours": gettext_lazy("培训才填，可以不填。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = RecordEntry.Kind.choices  # type: ignore[attr-defined]
        self.fields["hours"].widget.attrs |= {"min": "0.5", "step": "0.5"}

    def clean_on(self) -> date | None:
        """Refuse a day to come."""
        return refuse_future(self.cleaned_data["on"])


class ServiceDaysForm(forms.Form):
    """The days, both included, of the service that is asked for."""

    first_day = forms.DateField(label=gettext_lazy("服务起"), widget=PastDayInput())
    last_day = forms.DateField(label=gettext_lazy("服务止"), widget=PastDayInput())

    def clean_last_day(self) -> date | None:
        """Refuse a day to come."""
        return refuse_future(self.cleaned_data["last_day"])

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        data = super().clean() or {}
        if data.get("first_day") and data.get("last_day") and data["first_day"] > data["last_day"]:
            self.add_error("last_day", _("“服务止”不能早于“服务起”。"))
        return data


class CertificateForm(ServiceDaysForm):
    """The days to certify, and whether the ID number is to be printed: only if the volunteer wants it."""

    with_id = forms.BooleanField(
        label=gettext_lazy("印上身份证号"),
        required=False,
        help_text=gettext_lazy("志愿者本人要求才勾选。查看证件号会记入审计。"),
    )
    typed_id = CellField(
        label=gettext_lazy("身份证号"),
        required=False,
        max_length=30,
        cleaner=clean_id_number,
        widget=forms.TextInput({"autocomplete": "off", "data-draft-skip": ""}),
        help_text=gettext_lazy("底册以外的志愿者，第一次印证件号时填一次，加密保存。"),
    )
    phone = forms.CharField(
        label=gettext_lazy("社区联系电话"),
        required=False,
        max_length=20,
        validators=[RegexValidator(r"^[\d\- ]*\Z", gettext_lazy("只写数字和短横，例如：024-1234567。"))],
        help_text=gettext_lazy("收到证明的单位核实时打这个电话。"),
    )

    def __init__(self, *args: Any, volunteer: Volunteer, since: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since = since
        self.fields["first_day"].widget.attrs["min"] = since.isoformat()
        if volunteer.resident or volunteer.id_number:
            del self.fields["typed_id"]
        self.asks_number = "typed_id" in self.fields

    def clean_first_day(self) -> date:
        """Refuse a day before the volunteer's time."""
        day = self.cleaned_data["first_day"]
        if day < self.since:
            words = _("“服务起”最早是 %(day)s：注册或第一次服务的那天。请改成这一天或以后。")
            raise ValidationError(words % {"day": self.since})
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse a number to print that was not typed."""
        data = super().clean()
        if self.asks_number and data.get("with_id") and "typed_id" in data and not data["typed_id"]:
            self.add_error("typed_id", _("要印身份证号，请填写号码。"))
        return {"typed_id": "", **data}


class RevokeForm(forms.Form):
    """Why a certificate is revoked."""

    reason = forms.ChoiceField(label=gettext_lazy("作废原因"), choices=RevokeReason, widget=forms.RadioSelect)


class CodeForm(forms.Form):
    """Asks for the code of a certificate, and understands it however it is typed."""

    code = forms.CharField(
        label=gettext_lazy("查验码"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=gettext_lazy("印在证明上，12 位字母和数字；大小写、空格和短横都不要紧。"),
        error_messages={"required": gettext_lazy("请写上证明上的查验码。")},
    )

    def clean_code(self) -> str:
        """Return the code as it is kept; say what cannot be in one."""
        code = clean_code(self.cleaned_data["code"])
        if wrong := sorted(LOOK_ALIKES & set(code)):
            raise ValidationError(
                _("查验码里没有 %(wrong)s：没有字母 O、I、L，也没有数字 0 和 1。请再看一眼，可能是 Q、D、J 或 7。")
                % {"wrong": "、".join(wrong)}
            )
        if len(code) != CODE_LENGTH or not code.isascii():
            raise ValidationError(_("查验码是 12 位字母和数字，请再看一眼。"))
        return code
