"""Deciding on rows that are not certain: who may it be? What was decided is written by the import's own statements."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import scope
from accounts.audit import record
from accounts.models import User
from communities.models import Community
from grids.locks import lock_street
from imports.matching import compare_row
from imports.models import ImportReview, ResidentImport, StagedRow
from imports.writing import write_rows

Decision = ImportReview.Decision
Kind = ImportReview.Kind
# Who imports decides on likeness; who keeps a person decides whether he or she moved away (rule R9).
IMPORTER_MAY = {Kind.SIMILAR: (Decision.SAME, Decision.NEW, Decision.DROPPED), Kind.ELSEWHERE: (Decision.DROPPED,)}
KEEPER_MAY = (Decision.MOVED, Decision.STAYS)


def decide_review(review: ImportReview, *, decision: str, resident_id: int | None, by: User) -> ImportReview:
    """Decide on a row under review; when its import is written already, the row is written at once.

    `resident_id` is the candidate for SAME. Raises ValidationError when the review is decided, its row is gone, or the
    decision is not this user's to take.
    """
    asking = Community.objects.filter(street=review.resident_import.street_id)
    with scope.also(*asking.values_list("pk", flat=True)), transaction.atomic():
        return take_decision(review, decision, resident_id, by)


def take_decision(review: ImportReview, decision: str, resident_id: int | None, by: User) -> ImportReview:
    """Write down what was decided, and what follows for the row and the person."""
    job = ResidentImport.objects.select_for_update().get(pk=review.resident_import_id)
    review = ImportReview.objects.select_for_update(of=("self",)).select_related("resident").get(pk=review.pk)
    row = StagedRow.objects.filter(resident_import=job, position=review.position).first()
    if review.decision or row is None:
        raise ValidationError(_("这一行已经处理过，或已超过保留时间，请刷新页面查看。"))
    if job.status not in (ResidentImport.Status.REHEARSED, ResidentImport.Status.DONE):
        raise ValidationError(_("这次导入正在处理，请稍后再决定。"))
    if StagedRow.objects.filter(pk=row.pk).of_closed_grids().exists():
        raise ValidationError(_("这一行的网格已经撤销，请改用新网格后重新导入这一行。"))
    if not may_decide(review, job, decision, by):
        raise ValidationError(_("这个决定要由登记此人的单位来做。"))
    if decision == Decision.SAME:
        if resident_id not in review.candidates:
            raise ValidationError(_("请选择是哪一位居民。"))
        review.resident_id = resident_id
    review.decision, review.decided_by, review.decided_at = decision, by, timezone.now()
    review.save(update_fields=["resident", "decision", "decided_by", "decided_at"])
    settle(job, row, review)
    record("resident_import.review", by=by, target=review, area_code=job.street.code, decision=decision, row=row.row)
    return review


def may_decide(review: ImportReview, job: ResidentImport, decision: str, by: User) -> bool:
    """Tell whether this decision is this user's to take."""
    imports_here = bool(by.area_code) and job.street.code.startswith(by.area_code)
    if imports_here and decision in IMPORTER_MAY[Kind(review.kind)]:
        return True
    keeps = review.resident is not None and by.communities().filter(pk=review.resident.community_id).exists()
    return review.kind == Kind.ELSEWHERE and keeps and decision in KEEPER_MAY


def settle(job: ResidentImport, row: StagedRow, review: ImportReview) -> None:
    """Give the row the outcome that the decision means; write it when the import is written already."""
    lock_street(job.street_id)
    if review.decision in (Decision.SAME, Decision.MOVED):
        outcome = compare_row(job, row.position, review.resident_id)
        if outcome == "too_early":
            raise ValidationError(_("此人迁入现网格的日期晚于本次导入的生效日期，请改用更晚的生效日期重新导入这一行。"))
    else:
        outcome = "create" if review.decision == Decision.NEW else "refuse"
        with connection.cursor() as cursor:
            cursor.execute(
                "update imports_stagedrow set outcome = %s, resident_id = null "
                "where resident_import_id = %s and position = %s",
                [outcome, job.pk, row.position],
            )
    job.counts["review"] -= 1
    job.counts[outcome] += 1
    if job.status == ResidentImport.Status.DONE:
        write_rows(job)
    job.save(update_fields=["counts"])
