"""年度评议: which duties are to be reviewed for a year, and saving a review. It is about the duty, not the person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from party.models import Organisation, PostClaim, PostReview
from party.posts import audit, lock_post, name_holder, stop, with_holders

REVIEW_MONTH = 12  # reviews of a year begin on 1 December; from the new year on they are overdue


@dataclass(frozen=True)
class DueReview:
    """A duty that is to be reviewed for a year."""

    claim: PostClaim
    year: int
    is_overdue: bool


def list_years(today: date) -> list[int]:
    """Return the years for which reviews are asked for: the last one, and from December on this one."""
    return [today.year - 1, today.year] if today.month >= REVIEW_MONTH else [today.year - 1]


def list_due(branches: Iterable[Organisation], today: date) -> list[DueReview]:
    """Return the reviews that branches owe, overdue ones first, with two queries.

    For a year those count who had a post when its reviews began, and had it before; a post that is closed owes none.
    """
    years = list_years(today)
    claims = list(
        with_holders(
            PostClaim.objects.filter(
                post__organisation__in=list(branches), post__closed_on=None, since__lt=date(years[-1], REVIEW_MONTH, 1)
            )
        ).order_by("post__name", "since", "pk")
    )
    done = set(PostReview.objects.filter(claim__in=claims, year__in=years).values_list("claim", "year"))
    return [
        DueReview(claim, year, is_overdue=year < today.year)
        for year in years
        for claim in claims
        if is_asked(claim, year) and (claim.pk, year) not in done
    ]


def is_asked(claim: PostClaim, year: int) -> bool:
    """Tell whether a claim is reviewed for a year."""
    begins = date(year, REVIEW_MONTH, 1)
    return claim.since < begins and (claim.until is None or claim.until > begins)


@transaction.atomic
def review_claim(claim: PostClaim, *, year: int, result: PostReview.Result, goes_on: bool, by: User) -> PostReview:
    """Save the review of a duty for a year; one that does not go on ends today."""
    post = lock_post(claim.post)
    claim = PostClaim.objects.select_related("post__organisation").get(pk=claim.pk)
    today = timezone.localdate()
    if year not in list_years(today) or not is_asked(claim, year):
        raise ValidationError(_("%(year)s 年不用评议这次认领，请刷新后再看。") % {"year": year})
    if PostReview.objects.filter(claim=claim, year=year).exists():
        raise ValidationError(_("%(year)s 年已经评议过了，请刷新后再看。") % {"year": year})
    goes_on = goes_on and claim.until is None
    review = PostReview.objects.create(claim=claim, year=year, result=result, goes_on=goes_on, by=by)
    if claim.until is None and not goes_on:
        stop(claim, today, PostClaim.End.LEFT)
    audit(post, "party_post.review", by, year=year, result=result, goes_on=goes_on, **name_holder(claim))
    return review
