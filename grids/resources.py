"""What the administration site imports and exports: grids, buildings, groups. Residents: imports/resources.py."""

from collections.abc import Callable, Hashable, Mapping
from copy import deepcopy
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.resources import Diff, ModelResource
from import_export.widgets import DateWidget, ForeignKeyWidget

from accounts.models import User
from communities.models import Community
from grids import cleaning
from grids.cleaning import CellRefused, Remark
from grids.models import Building, Grid, PopulationGroup
from grids.reasons import describe
from grids.validators import refuse_forbidden

Cleaner = Callable[[Any], Any]


class KnownForeignKey(ForeignKeyWidget):
    """A foreign key whose rows are loaded once and found by name or code, in scope only."""

    def __init__(self, model: type[Model], field: str, words: str | Promise) -> None:
        super().__init__(model, field)
        self.words = words
        self.known: Mapping[str, Model] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """Return the row that the cell names."""
        if value not in self.known:
            raise ValidationError(str(self.words) % {"name": value})
        return self.known[value]


class PlainDiff(Diff):
    """Old and new value side by side, without inline styles."""

    def as_html(self) -> list[str]:
        """Return a cell for each field."""
        return [show_change("" if self.new else old, new) for old, new in zip(self.left, self.right, strict=True)]


def show_change(old: Any, new: Any) -> str:
    """Return a cell of the preview."""
    if old == new:
        return format_html("{}", new)
    return format_html("<del>{}</del> <ins>{}</ins>", old, new) if old else format_html("<ins>{}</ins>", new)


class ScopedResource(ModelResource):
    """Rows of one's own area, found by a natural key, cleaned like those of the big import; never by `id` (rule R9)."""

    cleaners: Mapping[str, Cleaner] = {}

    def __init__(self, *, user: User, **kwargs: Any) -> None:
        super().__init__()
        self.user = user
        self.known: dict[Hashable, Model] = {}

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return PlainDiff

    def get_queryset(self) -> QuerySet:
        """Return the rows in scope."""
        raise NotImplementedError

    def key_of(self, row: Mapping[str, Any]) -> Hashable:
        """Return the natural key of a file's row."""
        raise NotImplementedError

    def key_of_instance(self, instance: Any) -> Hashable:
        """Return the natural key of a saved row."""
        raise NotImplementedError

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Refuse forbidden headings, and load once what rows may name."""
        for heading in dataset.headers or []:
            refuse_forbidden(heading)
        self.known = {self.key_of_instance(instance): instance for instance in self.get_queryset()}

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Clean the cells in place; raise ValidationError with the words of the big import."""
        errors = {}
        for heading, cell in row.items():
            try:
                value = self.cleaners.get(heading, cleaning.clean_text)(cell)
            except CellRefused as refusal:
                errors[heading] = describe(refusal.code, refusal.detail)
            else:
                row[heading] = value.value if isinstance(value, Remark) else value
        if errors:
            raise ValidationError([f"{heading}{_('：')}{words}" for heading, words in errors.items()])

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Any:
        """Return a copy of the known row: a refused change must not be found by a later row."""
        return deepcopy(self.known.get(self.key_of(row)))

    def validate_instance(self, instance: Any, import_validation_errors: Any = None, **kwargs: Any) -> None:
        """Say which column is wrong by its heading, as the file has it."""
        try:
            super().validate_instance(instance, import_validation_errors, **kwargs)
        except ValidationError as error:
            found = error.message_dict.items()
            headings = {name: f"{field.column_name}{_('：')}" for name, field in self.fields.items()}
            raise ValidationError(
                [headings.get(name, "") + words for name, all_words in found for words in all_words]
            ) from error

    def after_save_instance(self, instance: Any, row: dict[str, Any], **kwargs: Any) -> None:
        """Know the row when the file names it again."""
        self.known[self.key_of_instance(instance)] = instance

    def import_field(
        self, field: Field, instance: Any, row: dict[str, Any], is_m2m: bool = False, **kwargs: Any
    ) -> None:
        """Blank cells never wipe."""
        if row.get(field.column_name) not in ("", None):
            super().import_field(field, instance, row, is_m2m, **kwargs)

    def after_import(self, dataset: tablib.Dataset, result: Any, **kwargs: Any) -> None:
        """Leave the sequences alone: the library sets them back, into the numbers of imports under way."""


def clean_day(cell: Any) -> Any:
    """Return the date, None for a blank cell."""
    return cleaning.clean_date(cell, timezone.localdate())


class GridResource(ScopedResource):
    """Grids: 编码 (15 digits, beginning with the community's code), 名称, 社区 (code or name), 设立日期."""

    cleaners = {"设立日期": clean_day}

    code = Field("code", "编码")
    name = Field("name", "名称")
    community = Field(
        "community", "社区", KnownForeignKey(Community, "name", gettext_lazy("您的区域里没有“%(name)s”社区"))
    )
    valid_from = Field("valid_from", "设立日期", DateWidget("%Y-%m-%d"))

    class Meta:
        model = Grid
        fields = ("code", "name", "community", "valid_from")
        import_id_fields = ("code",)
        skip_unchanged = True
        clean_model_instances = True

    def get_queryset(self) -> QuerySet:
        return Grid.objects.visible_to(self.user).select_related("community")

    def key_of(self, row: Mapping[str, Any]) -> Hashable:
        return row["编码"]

    def key_of_instance(self, instance: Any) -> Hashable:
        return instance.code

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        super().before_import(dataset, **kwargs)
        self.communities = list(self.user.communities().current())  # type: ignore[attr-defined]
        names = {community.name: community for community in self.communities}
        self.fields["community"].widget.known = names | {community.code: community for community in self.communities}

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """The code alone tells the community: one of another area is no community of ours, whatever the cell says."""
        super().before_import_row(row, **kwargs)
        code = row["编码"]
        community = next((c for c in self.communities if code.startswith(c.code)), None)
        if len(code) != 15 or not code.isdecimal() or community is None:
            raise ValidationError(_("编码应为 15 位数字，前 12 位是您区域里社区的编码"))
        if row.get("社区") and self.fields["community"].widget.clean(row["社区"]) != community:
            raise ValidationError(_("编码的前 12 位不是“%(name)s”的编码") % {"name": row["社区"]})
        row["社区"] = community.code


class BuildingResource(ScopedResource):
    """Buildings: 网格编码, 楼栋. Spelled like the doors of imported residents."""

    cleaners = {"楼栋": cleaning.clean_building}

    grid = Field(
        "grid", "网格编码", KnownForeignKey(Grid, "code", gettext_lazy("您的区域里没有编码为“%(name)s”的网格"))
    )
    name = Field("name", "楼栋")

    class Meta:
        model = Building
        fields = ("grid", "name")
        import_id_fields = ("grid", "name")
        skip_unchanged = True
        clean_model_instances = True

    def get_queryset(self) -> QuerySet:
        return Building.objects.filter(grid__community__in=self.user.communities()).select_related("grid")

    def key_of(self, row: Mapping[str, Any]) -> Hashable:
        return row["网格编码"], row["楼栋"]

    def key_of_instance(self, instance: Any) -> Hashable:
        return instance.grid.code, instance.name

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        super().before_import(dataset, **kwargs)
        grids = Grid.objects.visible_to(self.user).current()
        self.fields["grid"].widget.known = {grid.code: grid for grid in grids}

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        super().before_import_row(row, **kwargs)
        if not row["楼栋"]:
            raise ValidationError(_("楼栋为空，请补上"))
        self.fields["grid"].widget.clean(row["网格编码"])


class GroupResource(ScopedResource):
    """Population groups: 代码, 名称, 次序. One catalogue for the whole portal."""

    code = Field("code", "代码")
    name = Field("name", "名称")
    position = Field("position", "次序")

    class Meta:
        model = PopulationGroup
        fields = ("code", "name", "position")
        import_id_fields = ("code",)
        skip_unchanged = True
        clean_model_instances = True

    def get_queryset(self) -> QuerySet:
        return PopulationGroup.objects.all()

    def key_of(self, row: Mapping[str, Any]) -> Hashable:
        return row["代码"]

    def key_of_instance(self, instance: Any) -> Hashable:
        return instance.code
