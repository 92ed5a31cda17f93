"""The same activity entered twice: showing the one that is there already, and saving when told that they are two."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Activity

TWINS_SHOWN = 3


class TwinMixin(forms.Form):
    """Asks whether an activity that looks like one there already is really another."""

    confirm_twin = forms.BooleanField(
        label=gettext_lazy("不是同一次活动，照样保存"), required=False, widget=forms.HiddenInput
    )

    twins: list[Activity] | None = None

    def refuse_twin(self, activity: Activity) -> bool:
        """Tell whether a twin was found that nobody has confirmed yet; it then stands in `twins`, with an error.

        `activity` needs its community, kind and time; of a saved one only a new kind or time is looked at.
        """
        if self.cleaned_data.get("confirm_twin") or (activity.pk and not {"kind", "starts_at"} & {*self.changed_data}):
            return False
        twins = Activity.objects.twins_of(activity).select_related("kind", "venue").order_by("starts_at", "id")
        self.twins = list(twins[:TWINS_SHOWN])
        if self.twins:
            self.add_error("confirm_twin", _("如果不是同一次活动，请勾选这里，再保存。"))
        return bool(self.twins)
