"""The form of a merge: for what two entries of one person have differently, whose is right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.masking import mask_id_number, mask_name, mask_phone
from grids.merging import Choice, differences, is_blank
from grids.models import Resident

KEPT, OTHER = "kept", "other"


class MergeForm(forms.Form):
    """One question for each field that both have, differently; what only one has needs no question."""

    def __init__(self, *args: Any, kept: Resident, other: Resident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for choice in differences(kept, other):
            if not is_blank(kept, choice) and not is_blank(other, choice):
                self.fields[choice.code] = forms.ChoiceField(
                    label=choice.label,
                    choices=[(KEPT, show(kept, choice)), (OTHER, show(other, choice))],
                    initial=KEPT,
                    widget=forms.RadioSelect,
                )

    @property
    def take(self) -> list[str]:
        """The codes of what is taken from the other one."""
        return [name for name, value in self.cleaned_data.items() if value == OTHER]


def show(person: Resident, choice: Choice) -> str:
    """Return the masked words for what the person has there."""
    shown = {
        "name": mask_name(person.name),
        "id_number": mask_id_number(person.id_kept),
        "birth": f"{person.get_sex_display()} {person.birth_date}",
        "phone": mask_phone(person.phone_kept),
        "education": person.education_name,
        "ethnic_group": person.ethnic_group_name,
        "occupation": person.occupation_name,
    }
    return str(shown[choice.code]) or str(_("未填"))
