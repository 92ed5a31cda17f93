"""Forms about one person: registering, correcting, moving, leaving, groups. A form keeps what was typed."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids import cleaning
from grids.actions import Door
from grids.codes import EDUCATION, ETHNIC_GROUPS, OCCUPATIONS
from grids.doors import list_buildings
from grids.forms.days import PastDayInput
from grids.forms.residents import name_with_community
from grids.models import Grid, Household, PopulationGroup, Resident, Sex
from grids.reasons import describe
from grids.search import read_key

NOT_KNOWN = ("", _("未填"))
SEXES = [("", _("未填")), (Sex.MALE.value, Sex.MALE.label), (Sex.FEMALE.value, Sex.FEMALE.label)]


def options(names: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the choices of a national code list, with a blank one."""
    return [NOT_KNOWN, *names.items()]


class CellField(forms.CharField):
    """Text that is cleaned as an import cleans a cell, with the same words when it is refused."""

    def __init__(self, *, cleaner: Callable[..., Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cleaner = cleaner

    def clean(self, value: Any) -> Any:
        """Return the cleaner's value; a remark on the cell does not matter to who reads the form again."""
        text = super().clean(value)
        if text in self.empty_values:
            return ""
        try:
            cleaned = self.cleaner(text)
        except cleaning.CellRefused as refusal:
            raise ValidationError(describe(refusal.code, refusal.detail)) from None
        if isinstance(cleaned, cleaning.Remark):
            if not cleaned.value:
                raise ValidationError(describe(cleaned.code, cleaned.detail))
            return cleaned.value
        return cleaned


def clean_id_number(text: str) -> Any:
    """Clean an ID number against today."""
    return cleaning.clean_id_number(text, timezone.localdate())


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """Return a field for a day not in the future, today at first."""
    return forms.DateField(label=label, help_text=help_text, widget=PastDayInput(), initial=timezone.localdate)


class DoorForm(forms.Form):
    """Asks for a door: a grid of one's own and, when known, building, unit and room. `door` is the answer."""

    grid = forms.ModelChoiceField(label=_("网格"), queryset=Grid.objects.none(), empty_label=_("请选择网格"))
    building = CellField(
        label=_("楼栋"),
        max_length=cleaning.BUILDING_LENGTH,
        required=False,
        cleaner=cleaning.clean_building,
        widget=forms.TextInput(attrs={"list": "buildings", "placeholder": _("例如：5号楼")}),
    )
    new_building = forms.BooleanField(label=_("这是新的楼栋，登记下来"), required=False)
    unit = CellField(
        label=_("单元"),
        max_length=cleaning.UNIT_LENGTH,
        required=False,
        cleaner=cleaning.clean_unit,
        widget=forms.TextInput(attrs={"placeholder": _("例如：2单元")}),
    )
    room = CellField(
        label=_("房号"),
        max_length=cleaning.ROOM_LENGTH,
        required=False,
        cleaner=cleaning.clean_room,
        widget=forms.TextInput(attrs={"placeholder": _("例如：301")}),
    )

    def __init__(self, *args: Any, by: User, household: Household | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grid = self.fields["grid"]
        grid.queryset = Grid.objects.visible_to(by).current().select_related("community")  # type: ignore[attr-defined]
        grid.widget.attrs.update({"hx-get": reverse_lazy("grids:buildings"), "hx-target": "#buildings"})
        if not by.community_id:
            grid.label_from_instance = name_with_community  # type: ignore[attr-defined]
        if household:
            self.initial.update(
                grid=household.building.grid_id,
                building=household.building.name,
                unit=household.unit,
                room=household.room,
            )

    def clean(self) -> dict[str, Any]:
        """Hold building and room against each other, and ask twice before a building is new."""
        data = super().clean() or {}
        grid, building = data.get("grid"), data.get("building")
        if not building and (data.get("unit") or data.get("room")) and "building" not in self.errors:
            self.add_error("building", _("填了单元或房号，请把楼栋也填上。"))
        if building and not data.get("room") and "room" not in self.errors:
            self.add_error("room", _("填了楼栋，请把房号也填上。"))
        if grid and building and not data.get("new_building") and not grid.buildings.filter(name=building).exists():
            self.add_error(
                "building",
                _("%(grid)s没有“%(building)s”，请核对。确实是新楼栋，请勾选下面一项。")
                % {"grid": grid, "building": building},
            )
        return data

    @property
    def door(self) -> Door:
        """The door that was asked for."""
        return Door(*(self.cleaned_data[name] for name in ("grid", "building", "unit", "room")))

    @property
    def asks_for_new_building(self) -> bool:
        """Whether the box for a new building is to be shown: ticked already, or a building is not known."""
        return bool(self.is_bound and (self.data.get("new_building") or "building" in self.errors))

    @property
    def buildings(self) -> list[str]:
        """The names of the chosen grid's buildings, to complete what is typed."""
        known = self.fields["grid"].queryset.values("pk")  # type: ignore[attr-defined]
        return list_buildings(known, read_key(str(self["grid"].value() or "")))


class PersonFields(forms.Form):
    """Who somebody is."""

    name = CellField(label=_("姓名"), max_length=cleaning.NAME_LENGTH, cleaner=cleaning.clean_name)
    id_number = CellField(
        label=_("身份证号"),
        max_length=30,
        required=False,
        cleaner=clean_id_number,
        help_text=_("填了身份证号，性别和出生日期就不用填。"),
    )
    sex = forms.TypedChoiceField(label=_("性别"), choices=SEXES, required=False, coerce=int, empty_value=None)
    birth_date = forms.DateField(label=_("出生日期"), required=False, widget=PastDayInput())
    phone = CellField(
        label=_("手机号"),
        max_length=30,
        required=False,
        cleaner=cleaning.clean_phone,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    education = forms.ChoiceField(label=_("学历"), choices=options(EDUCATION), required=False)
    ethnic_group = forms.ChoiceField(label=_("民族"), choices=options(ETHNIC_GROUPS), required=False)
    occupation = forms.ChoiceField(label=_("从业状况"), choices=options(OCCUPATIONS), required=False)

    def clean_birth_date(self) -> Any:
        """Refuse to register who is not yet born."""
        day = self.cleaned_data["birth_date"]
        if day and day > timezone.localdate():
            raise ValidationError(_("日期在将来，请核对。"))
        return day


class AddForm(PersonFields, DoorForm):
    """Registers somebody who moves in."""

    since = day_field(_("入住日期"))
    groups = forms.ModelMultipleChoiceField(
        label=_("人群类别"),
        queryset=PopulationGroup.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for sex and birth date where no ID number tells them."""
        data = super().clean()
        if not data.get("id_number") and "id_number" not in self.errors:
            for name in ("sex", "birth_date"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("没有身份证号时要填这一项。"))
        return data

    @property
    def details(self) -> dict[str, Any]:
        """What add_resident() wants to know of the person."""
        return {name: self.cleaned_data[name] for name in [*PersonFields.base_fields, "since", "groups"]}


class EditForm(PersonFields):
    """Corrects who somebody is. Nothing masked is filled in: blank leaves it as it is."""

    forget_phone = forms.BooleanField(label=_("删去登记的手机号"), required=False)

    def __init__(self, *args: Any, by: User, resident: Resident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        shown = {"name": resident.masked_name, "id_number": resident.masked_id_number, "phone": resident.masked_phone}
        for name, text in shown.items():
            self.fields[name].widget.attrs["placeholder"] = text
            self.fields[name].help_text = _("不填就不改。")
        for name in ("education", "ethnic_group", "occupation"):
            self.initial[name] = getattr(resident, name)
        if resident.id_hash is not None:
            del self.fields["sex"], self.fields["birth_date"]
        else:
            self.initial.update(sex=resident.sex, birth_date=resident.birth_date)
        if not resident.phone_kept:
            del self.fields["forget_phone"]

    def clean_birth_date(self) -> Any:
        """A person with an ID number has no birth date to fill in."""
        return super().clean_birth_date() if "birth_date" in self.fields else None

    def clean(self) -> dict[str, Any]:
        """Refuse a new number together with the wish to forget it."""
        data = super().clean() or {}
        if data.get("phone") and data.get("forget_phone"):
            self.add_error("phone", _("填了新手机号，就不要勾选“删去”。"))
        return data


class MoveForm(DoorForm):
    """Moves somebody to another door."""

    day = day_field(_("搬家日期"), _("换网格时从这一天起算在新网格；只换门牌不影响统计。"))


class ReturnForm(DoorForm):
    """Lets somebody who had left live here again."""

    since = day_field(_("迁回日期"))


class MoveOutForm(forms.Form):
    """Asks since when somebody lives here no longer."""

    day = day_field(_("迁出日期"), _("从这一天起不再计入本社区。"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class DeathForm(MoveOutForm):
    """Asks on which day somebody died."""

    day = day_field(_("去世日期"), _("从这一天起不再计入统计。"))


class CorrectForm(forms.Form):
    """Asks for nothing: the page says what will be done."""

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class JoinForm(forms.Form):
    """Asks for a group that the person does not belong to, and since when."""

    group = forms.ModelChoiceField(
        label=_("人群类别"), queryset=PopulationGroup.objects.all(), empty_label=_("请选择人群类别")
    )
    since = day_field(_("从哪一天起"))


class LeaveForm(forms.Form):
    """Asks for a group that the person belongs to, and since when no longer."""

    group = forms.ModelChoiceField(queryset=PopulationGroup.objects.all(), widget=forms.HiddenInput)
    until = day_field(_("从哪一天起不再属于"))
