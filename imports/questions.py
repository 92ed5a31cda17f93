"""What an import asks a person: rows under review, people missing from a complete list, people edited since."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import User
from grids.models import Resident
from imports.models import ImportMissing, ImportReview, ResidentImport, StagedRow
from imports.people import Names, Person, describe_resident, describe_row, find_residents, name_place, with_home
from imports.undo import find_edited_since

DECIDABLE = (ResidentImport.Status.REHEARSED, ResidentImport.Status.DONE)


@dataclass(frozen=True)
class Candidate:
    """Somebody of the register who may be meant; no person where the user may not see who it is (rule R9)."""

    pk: int
    person: Person | None


@dataclass(frozen=True)
class Review:
    """A row under review as this user may see it: `row` for the importing side, `resident` for who keeps the person."""

    pk: int
    kind: str
    street: str
    file_name: str
    place: str
    row: Person | None
    candidates: list[Candidate]
    resident: Person | None


def list_open_reviews(user: User, job: ResidentImport | None = None) -> QuerySet[ImportReview]:
    """Return the reviews that the user may decide on now, of one import or of all."""
    rows = StagedRow.objects.filter(resident_import=OuterRef("resident_import"), position=OuterRef("position"))
    reviews = ImportReview.objects.visible_to(user).open().filter(Exists(rows), resident_import__status__in=DECIDABLE)
    reviews = reviews.select_related("resident_import__street")
    return reviews.filter(resident_import=job) if job else reviews


def describe_reviews(reviews: list[ImportReview], user: User) -> list[Review]:
    """Return the reviews as this user may see them."""
    rows = find_rows(reviews)
    names = Names(rows.values())
    keys = [key for review in reviews for key in (review.resident_id, *review.candidates)]
    residents = find_residents(keys, user)
    return [
        describe_review(review, rows[review.resident_import_id, review.position], names, residents, user)
        for review in reviews
    ]


def find_rows(reviews: list[ImportReview]) -> dict[tuple[int, int], StagedRow]:
    """Return (import, position) -> staged row of the reviews."""
    rows = StagedRow.objects.filter(
        resident_import__in={review.resident_import_id for review in reviews},
        position__in={review.position for review in reviews},
    )
    return {(row.resident_import_id, row.position): row for row in rows}


def describe_review(
    review: ImportReview, row: StagedRow, names: Names, residents: dict[int, Resident], user: User
) -> Review:
    """Return one review as this user may see it."""
    job = review.resident_import
    imports_here = bool(user.area_code) and job.street.code.startswith(user.area_code)
    keeps = residents.get(review.resident_id) if review.kind == ImportReview.Kind.ELSEWHERE else None  # type: ignore[arg-type]
    asks_likeness = review.kind == ImportReview.Kind.SIMILAR
    return Review(
        pk=review.pk,
        kind=review.kind,
        street=str(job.street),
        file_name=job.file_name if imports_here else "",
        place=name_place(row.sheet, row.row) if imports_here else "",
        row=describe_row(row, names) if imports_here else None,
        candidates=[describe_candidate(key, residents) for key in review.candidates if asks_likeness],
        resident=describe_resident(keeps) if keeps else None,
    )


def describe_candidate(key: int, residents: dict[int, Resident]) -> Candidate:
    """Return a candidate, with the person where the user may see it."""
    return Candidate(key, describe_resident(residents[key]) if key in residents else None)


def describe_missing(missing: list[ImportMissing], form: Any, user: User) -> list[tuple[Person, Any]]:
    """Return each person whom the list does not name, with the field for what became of him or her."""
    residents = find_residents((row.resident_id for row in missing), user)
    return [
        (describe_resident(residents[row.resident_id]), form[f"decision-{row.resident_id}"])
        for row in missing
        if row.resident_id in residents
    ]


def count_missing(job: ResidentImport) -> dict[str, Any]:
    """Return `total`, `kept`, and `decided`: (what became of them, how many) pairs."""
    counts = dict(job.missing.values_list("decision").annotate(Count("id")))
    labels = dict(ImportMissing._meta.get_field("decision").flatchoices)
    return {
        "total": sum(counts.values()),
        "kept": counts.get("", 0),
        "decided": [(label, counts[decision]) for decision, label in labels.items() if counts.get(decision)],
    }


def describe_edited(job: ResidentImport, user: User, limit: int) -> tuple[list[Person], int]:
    """Return the first people whose later edits an undo would lose, if the user may see them, and the number of all."""
    edited = find_edited_since(job)
    seen = with_home(edited.filter(pk__in=Resident.objects.visible_to(user)))[:limit]
    return [describe_resident(resident) for resident in seen], edited.count()
