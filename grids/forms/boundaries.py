"""The form that takes a file of boundaries."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EXTENSIONS = ".geojson,.json"


class BoundaryForm(forms.Form):
    """Uploads a GeoJSON file."""

    file = forms.FileField(label=gettext_lazy("边界文件"), widget=forms.FileInput(attrs={"accept": EXTENSIONS}))

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > settings.BOUNDARY_MAX_BYTES:
            limit = settings.BOUNDARY_MAX_BYTES // 2**20
            raise ValidationError(_("文件超过 %(limit)s MB，请先简化边界，或按社区分开上传。") % {"limit": limit})
        return file
