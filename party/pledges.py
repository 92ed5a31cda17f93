"""Writes on pledges (E8): drafting and changing, publishing, mid-year and year-end, publishing what became of them."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from party.models import Member, Organisation, Pledge, PledgeItem

MOST_ITEMS = 5


@dataclass(frozen=True)
class Promise:
    """A line of a form: what is promised, and whether the public may read it."""

    text: str
    is_public: bool


def years_of(today: date) -> list[int]:
    """Return the years for which somebody pledges: this one, the last (late entries), and from December the next."""
    return [today.year - 1, today.year, *([today.year + 1] if today.month == 12 else [])]


def make_pledge(
    *,
    organisation: Organisation,
    member: Member,
    side: str,
    year: int,
    promises: Sequence[Promise],
    signed_on: date | None,
    shows_name: bool,
    token: uuid.UUID,
    by: User,
) -> Pledge:
    """Save a pledge with what it promises; without `signed_on` a draft. The same token sent again saves nothing new."""
    if earlier := Pledge.objects.filter(client_token=token, by=by).first():
        return earlier
    check_promises(promises)
    check_signed(signed_on)
    pledge = Pledge(
        organisation=organisation,
        member=member,
        side=side,
        year=year,
        signed_on=signed_on,
        shows_name=shows_name,
        by=by,
        client_token=token,
    )
    try:
        with transaction.atomic():
            pledge.save()
            set_items(pledge, promises)
            note(pledge, "pledge.make", by, items=len(promises))
    except IntegrityError:
        if earlier := Pledge.objects.filter(client_token=token, by=by).first():
            return earlier
        raise ValidationError(_("这位党员这一年已经有承诺了，请打开原来的那份修改。")) from None
    return pledge


@transaction.atomic
def pledge_to_all(
    *, organisation: Organisation, year: int, promises: Sequence[Promise], signed_on: date, by: User
) -> int:
    """Let the branch make the same pledge to every member who has none from it for the year; return how many."""
    check_promises(promises)
    check_signed(signed_on)
    people = Member.objects.in_on(organisation, timezone.localdate())
    done = Pledge.objects.filter(organisation=organisation, year=year, side=Pledge.Side.BRANCH).values("member")
    pledges = [
        Pledge(organisation=organisation, member=member, side=Pledge.Side.BRANCH, year=year, signed_on=signed_on, by=by)
        for member in people.exclude(pk__in=done)
    ]
    made = Pledge.objects.bulk_create(pledges, ignore_conflicts=True)
    saved = list(Pledge.objects.filter(client_token__in=[pledge.client_token for pledge in made]))
    PledgeItem.objects.bulk_create(
        PledgeItem(pledge=pledge, position=position, text=promise.text, is_public=promise.is_public)
        for pledge in saved
        for position, promise in enumerate(promises, start=1)
    )
    record(
        "pledge.to_all",
        by=by,
        target=organisation,
        area_code=organisation.community.code,
        year=year,
        pledges=len(saved),
    )
    return len(saved)


@transaction.atomic
def change_pledge(
    pledge: Pledge, *, promises: Sequence[Promise], signed_on: date | None, shows_name: bool, by: User
) -> Pledge:
    """Change a pledge that nobody has read in public yet."""
    pledge = lock(pledge)
    if pledge.published_at:
        raise ValidationError(_("这份承诺已经公示，事项不能再改；公开范围可以随时调整。"))
    check_promises(promises)
    check_signed(signed_on)
    pledge.signed_on, pledge.shows_name = signed_on, shows_name
    pledge.save(update_fields=["signed_on", "shows_name"])
    set_items(pledge, promises)
    note(pledge, "pledge.change", by, items=len(promises))
    return pledge


@transaction.atomic
def set_consent(pledge: Pledge, *, public: Iterable[int], shows_name: bool, by: User) -> Pledge:
    """Keep what the member now agrees to have published; what is taken back leaves the public page at once."""
    pledge = lock(pledge)
    wanted = set(public)
    for item in pledge.items.all():
        item.is_public = item.pk in wanted
        if not item.is_public:
            item.result_published_at = None
        item.save(update_fields=["is_public", "result_published_at"])
    pledge.shows_name = shows_name
    pledge.save(update_fields=["shows_name"])
    note(pledge, "pledge.consent", by, public=len(wanted), named=shows_name)
    return pledge


@transaction.atomic
def publish_pledges(organisation: Organisation, *, year: int, by: User) -> int:
    """Publish every signed pledge of the year of which something may be public; return how many are new."""
    ready = Pledge.objects.filter(
        organisation=organisation, year=year, signed_on__isnull=False, published_at=None, items__is_public=True
    )
    number = Pledge.objects.filter(pk__in=ready.values("pk")).update(published_at=timezone.now())
    record(
        "pledge.publish", by=by, target=organisation, area_code=organisation.community.code, year=year, pledges=number
    )
    return number


@transaction.atomic
def publish_results(organisation: Organisation, *, year: int, by: User) -> int:
    """Publish what became of every reviewed item whose publication was agreed; return how many are new."""
    ready = PledgeItem.objects.filter(
        pledge__organisation=organisation,
        pledge__year=year,
        pledge__published_at__isnull=False,
        reviewed_at__isnull=False,
        result_published_at=None,
        is_public=True,
    )
    number = ready.update(result_published_at=timezone.now())
    record(
        "pledge.publish_results",
        by=by,
        target=organisation,
        area_code=organisation.community.code,
        year=year,
        items=number,
    )
    return number


@transaction.atomic
def assess_midway(pledge: Pledge, *, said: Mapping[int, str], by: User) -> Pledge:
    """Keep what the member says at mid-year of items (key -> PledgeItem.Midway)."""
    pledge = lock(pledge)
    check_is_signed(pledge)
    for item in pledge.items.filter(pk__in=said):
        item.midway, item.midway_on = said[item.pk], timezone.localdate()
        item.save(update_fields=["midway", "midway_on"])
    note(pledge, "pledge.midway", by, items=len(said))
    return pledge


@transaction.atomic
def review(pledge: Pledge, *, said: Mapping[int, str], by: User) -> Pledge:
    """Keep what the branch's review says of items (key -> PledgeItem.Outcome). A published result stands."""
    pledge = lock(pledge)
    check_is_signed(pledge)
    for item in pledge.items.filter(pk__in=said):
        if item.result_published_at and item.outcome != said[item.pk]:
            raise ValidationError(_("“%(item)s”的评议结果已经公布，不能再改。") % {"item": item})
        item.outcome, item.reviewed_at, item.reviewed_by = said[item.pk], timezone.now(), by
        item.save(update_fields=["outcome", "reviewed_at", "reviewed_by"])
    note(pledge, "pledge.review", by, items=len(said))
    return pledge


def lock(pledge: Pledge) -> Pledge:
    """Return the pledge as it is now, locked."""
    return Pledge.objects.select_for_update(of=("self",)).select_related("organisation__community").get(pk=pledge.pk)


def check_promises(promises: Sequence[Promise]) -> None:
    """Refuse a pledge of nothing, or of the same twice."""
    texts = [promise.text for promise in promises]
    if not texts:
        raise ValidationError(_("请至少写一项承诺。"))
    if len(set(texts)) < len(texts):
        raise ValidationError(_("有两项承诺写得一样，请去掉一项。"))


def check_signed(signed_on: date | None) -> None:
    """Refuse a signature of the future."""
    if signed_on and signed_on > timezone.localdate():
        raise ValidationError({"signed_on": _("签订日期不能在将来；还没签就先空着，存为草稿。")})


def check_is_signed(pledge: Pledge) -> None:
    """Refuse to judge what was not signed."""
    if pledge.signed_on is None:
        raise ValidationError(_("这份承诺还是草稿，签订以后才能自评和评议。"))


def set_items(pledge: Pledge, promises: Sequence[Promise]) -> None:
    """Make the items exactly these. An item whose text stays keeps what was said of it; one that was judged stays."""
    kept = {item.text: item for item in pledge.items.all()}
    dropped = [item for text, item in kept.items() if text not in {promise.text for promise in promises}]
    if judged := next((item for item in dropped if item.midway or item.outcome), None):
        raise ValidationError(_("“%(item)s”已经自评或评议过，不能改写或去掉。") % {"item": judged})
    pledge.items.filter(pk__in=[item.pk for item in dropped]).delete()
    for position, promise in enumerate(promises, start=1):
        item = kept.get(promise.text) or PledgeItem(pledge=pledge, text=promise.text)
        item.position, item.is_public = position, promise.is_public
        item.save()


def note(pledge: Pledge, action: str, by: User, **detail: int | bool) -> None:
    """Append the deed to the audit log; the member is named by key."""
    area_code = pledge.organisation.community.code
    record(action, by=by, target=pledge, area_code=area_code, member=pledge.member_id, year=pledge.year, **detail)
