"""Issuing one-time codes and drawing them as cards: shown once, in the answer to the request that made them."""

import uuid
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.qr import draw_qr
from surveys.codes import hash_code, make_code
from surveys.models import AccessCode, CodeIssue, WaveLink
from surveys.pool import SHUFFLE

MOST_CARDS = 400  # at a time: fifty sheets, and a page that any browser prints


class PrintedBeforeError(Exception):
    """This very form has been sent before: its cards were shown then, and cannot be shown again."""


@dataclass(frozen=True)
class Card:
    """What is printed on a card."""

    code: str
    qr: str


def check_issue(link: WaveLink) -> None:
    """Raise ValidationError when no cards may be made for the link."""
    if not link.wave.needs_code:
        raise ValidationError(_("这一轮人人可答，不用答题码，所以不发卡。"))
    if link.wave.is_closed:
        raise ValidationError(_("这一轮已经结束，发出去的卡没有用。"))


def issue_codes(link: WaveLink, *, count: int, stratum: str = "", token: uuid.UUID, by: User) -> list[str]:
    """Make new codes and return them; nothing that is kept leads back to them.

    Rows are written in an order that has nothing to do with the order on paper. Raises PrintedBeforeError for a form
    that was sent before, and ValidationError when no cards may be made.
    """
    check_issue(link)
    if CodeIssue.objects.filter(client_token=token).exists():
        raise PrintedBeforeError
    codes = [make_code() for _number in range(count)]
    rows = [AccessCode(link=link, code_hash=hash_code(code), stratum=stratum) for code in codes]
    issue = CodeIssue(link=link, stratum=stratum, count=count, issued_by=by, client_token=token)
    try:
        with transaction.atomic():
            issue.save()
            AccessCode.objects.bulk_create(SHUFFLE.sample(rows, len(rows)), batch_size=1000)
            record("survey_code.issue", by=by, target=link, area_code=link.community.code, count=count)
    except IntegrityError as error:
        raise PrintedBeforeError from error
    return codes


def draw_cards(codes: list[str], address: str) -> list[Card]:
    """Return the cards of these codes. A code stands behind "#" of the address: browsers keep that to themselves."""
    return [Card(code, draw_qr(f"{address}#{code}", scale=4)) for code in codes]
