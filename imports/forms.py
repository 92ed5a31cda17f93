"""Forms of the import pages: upload, what the headings mean, decisions on rows and people."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities.models import Community
from grids.forms.days import DayInput
from grids.vocabulary import fold
from imports.headings import COLUMNS, COLUMNS_BY_KEY, IGNORE, NEEDED, RETURNED, read_layout
from imports.models import ImportMissing, ImportReview, ResidentImport
from imports.reasons import describe
from imports.staging import column_letter

EXTENSIONS = ".xlsx,.xlsm,.xls,.ods,.csv,.tsv"
PLACES_SHOWN = 4
SHAPES_SHOWN = 3


class ImportForm(forms.Form):
    """Uploads a list of residents."""

    file = forms.FileField(label=gettext_lazy("居民表格"), widget=forms.FileInput(attrs={"accept": EXTENSIONS}))
    community = forms.ModelChoiceField(
        label=gettext_lazy("范围"),
        queryset=Community.objects.none(),
        required=False,
        empty_label=gettext_lazy("全街道（按表里的“社区”或网格认）"),
        help_text=gettext_lazy("选了一个社区，就只写入这个社区的网格。"),
    )
    effective_date = forms.DateField(
        label=gettext_lazy("生效日期"),
        widget=DayInput(),
        help_text=gettext_lazy("表中的迁移从这一天起算；没有写入住日期的新居民也从这一天起算。"),
    )
    is_complete = forms.BooleanField(
        label=gettext_lazy("这是该范围的全员名单"),
        required=False,
        help_text=gettext_lazy(
            "底册里有、名单里没有的人会列出来，由您逐个或一起决定迁出、去世还是保留；不经您决定，谁也不会被注销。"
        ),
    )
    reads_hidden_rows = forms.BooleanField(
        label=gettext_lazy("读取隐藏的行"),
        required=False,
        initial=True,
        help_text=gettext_lazy("筛选后看不见的行也会读取，并在报告里注明。不想要这些行时去掉这个勾。"),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = by.communities().current()  # type: ignore[attr-defined]
        self.fields["effective_date"].initial = timezone.localdate

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(describe("too_large", str(settings.IMPORT_MAX_BYTES // 2**20)))
        return file

    def clean_effective_date(self) -> Any:
        """The register knows no future."""
        day = self.cleaned_data["effective_date"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("生效日期不能在将来。"))
        return day


@dataclass
class Heading:
    """A heading of the file, wherever it stands: what it was taken for ("" for nothing), how its cells look."""

    text: str
    key: str = IGNORE
    is_open: bool = False
    places: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)


def list_headings(layout: list[dict[str, Any]]) -> dict[str, Heading]:
    """Return folded heading -> heading, of all sheets; those that nobody understood, or two columns claim, first."""
    found: dict[str, Heading] = {}
    for sheet in layout:
        keys = {index: key for key, index in sheet["columns"].items()}
        shapes = dict(sheet.get("shapes", ()))
        for index, text in sheet["headings"]:
            heading = found.setdefault(fold(text), Heading(text))
            heading.key = heading.key or keys.get(index, IGNORE)
            heading.is_open |= index in sheet["unknown"] or keys.get(index) in sheet["repeated"]
            heading.places.append(f"{sheet['sheet']}!{column_letter(index)}".lstrip("!"))
            heading.shapes += [shape for shape in shapes.get(index, ()) if shape not in heading.shapes]
    returned = {folded for folded in found if folded in RETURNED}
    return {
        folded: heading
        for folded, heading in sorted(found.items(), key=lambda item: not item[1].is_open)
        if folded not in returned
    }


class MappingForm(forms.Form):
    """Says which sheets are read and what their headings mean; cleans to `sheets` (names) and `mapping`."""

    sheets = forms.MultipleChoiceField(
        label=gettext_lazy("读取哪些工作表"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选一张工作表。")},
    )

    def __init__(self, *args: Any, job: ResidentImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job = job
        self.lists = [sheet for sheet in job.layout if sheet["headings"]]
        self.headings = list_headings(self.lists)
        choices = [(str(number), sheet["sheet"] or _("整个文件")) for number, sheet in enumerate(self.lists)]
        self.fields["sheets"].choices = choices  # type: ignore[attr-defined]
        self.fields["sheets"].initial = [
            number for number, sheet in enumerate(self.lists) if not job.sheets or sheet["sheet"] in job.sheets
        ]
        columns = [(IGNORE, _("不导入")), *((column.key, column.heading) for column in COLUMNS)]
        for number, heading in enumerate(self.headings.values()):
            self.fields[f"heading-{number}"] = forms.ChoiceField(
                label=heading.text, choices=columns, required=False, initial=heading.key
            )

    def questions(self) -> Iterator[tuple[Heading, Any]]:
        """Yield each heading with its field."""
        for number, heading in enumerate(self.headings.values()):
            heading.places, heading.shapes = heading.places[:PLACES_SHOWN], heading.shapes[:SHAPES_SHOWN]
            yield heading, self[f"heading-{number}"]

    def open_questions(self) -> list[tuple[Heading, Any]]:
        """Return the headings that nobody understood or that two columns claim."""
        return [question for question in self.questions() if question[0].is_open]

    def settled_questions(self) -> list[tuple[Heading, Any]]:
        """Return the headings that were understood."""
        return [question for question in self.questions() if not question[0].is_open]

    def clean(self) -> dict[str, Any]:
        """Keep what the user changed or left open, and what was said before; every chosen sheet must then be clear."""
        data = super().clean() or {}
        said = {
            folded: data.get(f"heading-{number}", heading.key)
            for number, (folded, heading) in enumerate(self.headings.items())
        }
        data["mapping"] = {
            folded: key
            for folded, key in said.items()
            if key != self.headings[folded].key
            or folded in self.job.mapping
            or (key == IGNORE and self.headings[folded].is_open)
        }
        chosen = [self.lists[int(number)] for number in data.get("sheets", ())]
        data["sheets"] = [sheet["sheet"] for sheet in chosen]
        for sheet in chosen:
            self.check_sheet(sheet, said, data["mapping"])
        return data

    def check_sheet(self, sheet: dict[str, Any], said: dict[str, str], mapping: dict[str, str]) -> None:
        """Note what a sheet would still lack, and columns that were both said to be the same."""
        layout = read_layout(sheet["sheet"], [(1, spread(sheet["headings"]))], mapping)
        name = sheet["sheet"] or _("文件")
        if layout.missing:
            self.add_error(
                None, _("“%(sheet)s”还缺：%(needs)s。") % {"sheet": name, "needs": name_needs(layout.missing)}
            )
        claims: dict[str, set[str]] = {}
        for _index, heading in sheet["headings"]:
            claims.setdefault(said.get(fold(heading), IGNORE), set()).add(fold(heading))
        for key, folded in claims.items():
            if key != IGNORE and (key in layout.repeated or (len(folded) > 1 and folded & mapping.keys())):
                headings = _("、").join(self.headings[one].text for one in sorted(folded))
                column = COLUMNS_BY_KEY[key].heading
                values = {"sheet": name, "headings": headings, "column": column}
                self.add_error(
                    None, _("“%(sheet)s”里有不止一列对应“%(column)s”（%(headings)s），请只留一列。") % values
                )


def spread(headings: list[list[Any]]) -> list[str]:
    """Return a heading row from its (index, heading) pairs."""
    cells = [""] * (max(index for index, _heading in headings) + 1)
    for index, heading in headings:
        cells[index] = heading
    return cells


def name_needs(missing: Iterable[Sequence[str]]) -> str:
    """Return 姓名；网格、楼栋或住址（有一列就行）."""
    return _("；").join(name_need([COLUMNS_BY_KEY[key].heading for key in keys]) for keys in missing)


def name_need(headings: list[str]) -> str:
    """Return the columns of which one is enough."""
    if len(headings) == 1:
        return headings[0]
    return _("%(first)s或%(last)s（有一列就行）") % {"first": _("、").join(headings[:-1]), "last": headings[-1]}


def list_needs(job: ResidentImport) -> list[tuple[str, str]]:
    """Return (sheet, what it still lacks) of the sheets that lack something."""
    lacking = []
    for sheet in job.layout:
        missing = [keys for keys in NEEDED if not any(key in sheet["columns"] for key in keys)]
        if sheet["headings"] and missing:
            lacking.append((sheet["sheet"], name_needs(missing)))
    return lacking


class ReviewForm(forms.Form):
    """A decision on a row under review; `resident` is the candidate that it is about."""

    decision = forms.ChoiceField(choices=ImportReview.Decision)
    resident = forms.IntegerField(required=False)


class MissingForm(forms.Form):
    """What became of the people of one page: a field decision-<resident> for each."""

    def __init__(self, *args: Any, missing: list[ImportMissing], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for person in missing:
            self.fields[f"decision-{person.resident_id}"] = forms.ChoiceField(
                choices=missing_choices(), required=False, initial=person.decision
            )

    def decisions(self) -> dict[int, str]:
        """Return resident -> decision of those that were sent."""
        return {
            int(name.removeprefix("decision-")): value for name, value in self.cleaned_data.items() if name in self.data
        }


def missing_choices() -> list[tuple[str, Any]]:
    """Return the decisions on somebody whom a complete list does not name; "" keeps the person."""
    return [("", _("保留")), *ImportMissing._meta.get_field("decision").flatchoices]


class AllMissingForm(forms.Form):
    """One decision on everybody whom a complete list does not name."""

    decision = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = missing_choices()  # type: ignore[attr-defined]
