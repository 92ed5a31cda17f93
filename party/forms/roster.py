"""The form that uploads a roster."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grids.forms.days import PastDayInput
from party.models import Organisation
from party.roster.reading import EXTENSIONS


class RosterForm(forms.Form):
    """Uploads a roster, of one branch or of those that its column names."""

    branch = forms.ChoiceField(label=_("登记到哪个党支部"), required=False)
    since = forms.DateField(
        label=_("没写转入日期的，从哪天算起"),
        widget=PastDayInput,
        initial=timezone.localdate,
        help_text=_("只用于新登记的党员。从这一天起，开会算他应到。"),
    )
    file = forms.FileField(label=_("名册文件"), widget=forms.FileInput(attrs={"accept": EXTENSIONS}))

    def __init__(self, *args: Any, branches: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches = {str(branch.pk): branch for branch in branches}
        several = len({branch.community_id for branch in branches}) > 1
        names = [(key, f"{one.community} · {one}" if several else str(one)) for key, one in self.branches.items()]
        if len(names) > 1:
            names.insert(0, ("", str(_("按表里的“党支部”一列"))))
        self.fields["branch"].choices = names  # type: ignore[attr-defined]

    def clean_branch(self) -> Organisation | None:
        """Return the branch, None to go by the column; who has only one need not choose."""
        if len(self.branches) == 1:
            return next(iter(self.branches.values()))
        return self.branches.get(self.cleaned_data["branch"])

    def clean_since(self) -> Any:
        """Refuse a day to come."""
        day = self.cleaned_data["since"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("日期在将来，请核对。"))
        return day

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > settings.SHEET_MAX_BYTES:
            limit = settings.SHEET_MAX_BYTES // 2**20
            raise forms.ValidationError(_("文件超过 %(limit)s MB，请按党支部分开上传。") % {"limit": limit})
        return file
