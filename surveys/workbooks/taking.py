"""Taking in the answers of a result workbook, and remembering how its headings and texts were read."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from surveys.models import ResultImport, ResultMapping, Survey, Wave, WaveLink
from surveys.pool import AlreadyAnsweredError, key_of_form, seal_many
from surveys.workbooks.rehearsing import ColumnMapping, Rehearsal
from surveys.workbooks.tables import Table

# A text is remembered when so many rows have it: what fewer wrote may be somebody's own words.
REMEMBERED_FROM = 5


def refuse_wave(wave: Wave) -> None:
    """Raise ValidationError when the wave takes no workbooks."""
    if not wave.is_open:
        raise ValidationError(_("现在不在收集期，不能导入答卷表。结束以前可以推迟结束日期。"))
    if wave.needs_code:
        raise ValidationError(_("这一轮凭答题码作答。表里没有答题码，导入会让回收率失真，所以不能导入。"))
    if wave.mode != Wave.Mode.ANONYMOUS:
        raise ValidationError(_("实名调查不能导入答卷表。"))


def refuse_known(wave: Wave, table: Table) -> None:
    """Raise ValidationError when the same table was taken in before, however its file was saved."""
    if wave.imports.filter(digest=table.digest).exists():
        raise ValidationError(_("这份表已经导入过了，没有再导入。"))


def take_in(link: WaveLink, found: Rehearsal, *, by: User) -> int:
    """Put the answers of a rehearsal into the pool; return how many. Twice the same table is refused.

    Answers first and in a transaction of their own, so that no other row shares one with them (rule R13). Should the
    process die before the import is noted, the keys made of the table and its rows refuse a second taking.
    """
    refuse_wave(link.wave)
    refuse_known(link.wave, found.table)
    if not found.answers:
        raise ValidationError(_("没有可以导入的答卷。"))
    digest = found.table.digest
    keys = [key_of_form(link, f"{digest} {row}") for row in found.answers]
    try:
        seal_many(link, list(found.answers.values()), keys=keys)
    except AlreadyAnsweredError as error:
        raise ValidationError(_("这份表已经导入过了，没有再导入。")) from error
    note_import(link, found, by=by)
    return len(found.answers)


@transaction.atomic
def note_import(link: WaveLink, found: Rehearsal, *, by: User) -> None:
    """Remember that the table was taken in, and how it was read."""
    rows = len(found.answers)
    ResultImport.objects.get_or_create(
        wave=link.wave, digest=found.table.digest, defaults={"rows": rows, "imported_by": by}
    )
    remember(link.wave.version.survey, found, by=by)
    counts = {"rows": rows, "left_out": found.left_out}
    record("survey_workbook.take_in", by=by, target=link.wave, area_code=link.community.code, **counts)


def remember(survey: Survey, found: Rehearsal, *, by: User) -> None:
    """Keep the mapping for the next workbook with these headings: no text that only few wrote."""
    kept = survey.mappings.filter(signature=found.table.signature).first()
    texts: dict[str, dict[str, str]] = kept.mapping["texts"] if kept else {}
    for one in found.unknown:
        decided = found.mapping.texts.get(one.question.code, {}).get(one.text, "")
        is_words = one.question.other is not None and one.question.other.code == decided
        if decided and not is_words and one.count >= REMEMBERED_FROM:
            texts.setdefault(one.question.code, {})[one.text] = decided
    columns = {str(column): value for column, value in found.mapping.columns.items()}
    ResultMapping.objects.update_or_create(
        survey=survey,
        signature=found.table.signature,
        defaults={
            "mapping": {"columns": columns, "texts": texts},
            "confirmed_by": by,
            "confirmed_at": timezone.now(),
        },
    )


def recall(survey: Survey, table: Table) -> ColumnMapping | None:
    """Return how a workbook with these headings was read last time; columns never taken stay out."""
    kept = survey.mappings.filter(signature=table.signature).first()
    if kept is None:
        return None
    columns = {int(column): value for column, value in kept.mapping["columns"].items()}
    return ColumnMapping(
        {column: value for column, value in columns.items() if column not in table.traces}, kept.mapping["texts"]
    )
