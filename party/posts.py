"""设岗定责, 领岗履职: who holds which post of a branch, and the writes on it. Yearly reviews: party/post_reviews.py.

Whoever calls these has found branch, post or claim through led_by(); persons are audited by key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record
from accounts.models import User
from party.models import Member, Organisation, PostClaim, Registration, ServicePost

End = PostClaim.End

# Posts that branches usually offer, each with a duty to begin with.
EXAMPLES = (
    (gettext_lazy("楼道巡查岗"), gettext_lazy("每周看一次楼道，发现堆物、坏灯及时报给社区")),
    (gettext_lazy("政策宣传岗"), gettext_lazy("把惠民政策讲给邻居听，帮老人读通知")),
    (gettext_lazy("文明劝导岗"), gettext_lazy("劝导文明养犬、垃圾分类、车辆停放")),
    (gettext_lazy("矛盾调解岗"), gettext_lazy("邻里有了争执，先去听一听、劝一劝")),
    (gettext_lazy("环境维护岗"), gettext_lazy("带头参加大扫除，照看门前绿地")),
    (gettext_lazy("帮老助残岗"), gettext_lazy("帮行动不便的邻居买菜、取药、陪诊")),
)


@dataclass(frozen=True)
class PostLine:
    """A post with who holds it today, and how many places are free."""

    post: ServicePost
    holders: list[PostClaim]

    @property
    def free(self) -> int:
        """Places that nobody has."""
        return max(self.post.places - len(self.holders), 0)


def list_posts(branch: Organisation, today: date) -> list[PostLine]:
    """Return the open posts of a branch with their holders, by name, with two queries."""
    posts = list(ServicePost.objects.open().filter(organisation=branch).select_related("organisation__community"))
    holders: dict[int, list[PostClaim]] = {post.pk: [] for post in posts}
    for claim in with_holders(PostClaim.objects.on(today).filter(post__in=posts)):
        holders[claim.post_id].append(claim)
    return [PostLine(post, holders[post.pk]) for post in posts]


def with_holders(claims: Any) -> Any:
    """Fetch what a row about a claim shows."""
    return claims.select_related("post", "member__resident", "registration__resident")


@transaction.atomic
def save_post(post: ServicePost, *, by: User) -> ServicePost:
    """Open a post, or change one; its places cannot become fewer than its holders."""
    is_new = post.pk is None
    if is_new and (earlier := ServicePost.objects.filter(client_token=post.client_token).first()):
        if earlier.organisation_id != post.organisation_id:
            raise ValidationError(_("这张表单已经用过，请刷新页面后再填一次。"))
        return earlier
    if not is_new:
        kept = lock_post(post)
        held = len(open_claims(kept))
        if post.places < held:
            raise ValidationError({"places": _("现在有 %(held)s 人在岗，人数不能更少。") % {"held": held}})
        first = min((claim.since for claim in kept.claims.all()), default=None)
        if first and post.opened_on > first:
            raise ValidationError({"opened_on": _("%(day)s 就有人认领了，设岗日期不能更晚。") % {"day": first}})
    post.full_clean(exclude=["client_token"])
    try:
        with transaction.atomic():
            post.save()
    except IntegrityError:  # the same form sent twice at once
        raise ValidationError(_("这张表单刚才已经保存过，没有重复登记。")) from None
    audit(post, "party_post.open" if is_new else "party_post.edit", by, places=post.places)
    return post


@transaction.atomic
def close_post(post: ServicePost, *, by: User) -> ServicePost:
    """Close a post today; who holds it is released."""
    post = lock_post(post)
    today = timezone.localdate()
    claims = open_claims(post)
    for claim in claims:
        claim.until, claim.end = today, End.CLOSED
    PostClaim.objects.bulk_update(claims, ["until", "end"])
    post.closed_on = today
    post.save(update_fields=["closed_on"])
    audit(post, "party_post.close", by, released=len(claims))
    return post


def claim_post(
    post: ServicePost, *, holder: Member | Registration, since: date, by: User, handed_from: PostClaim | None = None
) -> PostClaim:
    """Let a member of the branch, or somebody registered there, have a post from a day on.

    The last place is taken once: who comes second is told so.
    """
    try:
        with transaction.atomic():
            lock_holder(holder)
            return begin_claim(lock_post(post), holder, since, by, handed_from)
    except IntegrityError:
        raise ValidationError({"holder": _("这位党员已经认领这个岗位。")}) from None


def begin_claim(
    post: ServicePost, holder: Member | Registration, since: date, by: User, handed_from: PostClaim | None
) -> PostClaim:
    """Save a claim of a locked post, if it may begin that day."""
    check_day(since, post)
    if not may_hold(post.organisation, holder, since):
        raise ValidationError({"holder": _("这位党员那天不在本支部，也没有报到，请核对日期。")})
    if not may_hold(post.organisation, holder, timezone.localdate()):
        raise ValidationError({"holder": _("这位党员已经转出，或者报到已经结束，请另选一位。")})
    if post.places <= count_most(open_claims(post, since), since):
        raise ValidationError(_("这个岗位已经认领满了，没有登记。请先加人数，或等有人退岗。"))
    whose = {"member": holder} if isinstance(holder, Member) else {"registration": holder}
    claim = PostClaim(post=post, since=since, handed_from=handed_from, by=by, **whose)
    claim.full_clean()
    claim.save()
    audit(post, "party_post.claim", by, day=since.isoformat(), **name_holder(claim))
    return claim


@transaction.atomic
def end_claim(claim: PostClaim, *, until: date, by: User) -> PostClaim:
    """End a claim: `until` is the first day on which the post is no longer held."""
    lock_post(claim.post)
    claim = stop(claim, until, End.LEFT)
    audit(claim.post, "party_post.leave", by, day=until.isoformat(), **name_holder(claim))
    return claim


@transaction.atomic
def hand_over(claim: PostClaim, *, holder: Member | Registration, day: date, by: User) -> PostClaim:
    """Hand a post over: the one ends and the other begins on the same day. Returns the new claim."""
    lock_holder(holder)
    post = lock_post(claim.post)
    claim = stop(claim, day, End.HANDED_OVER)
    audit(post, "party_post.hand_over", by, day=day.isoformat(), **name_holder(claim))
    return claim_post(post, holder=holder, since=day, by=by, handed_from=claim)


def stop(claim: PostClaim, day: date, end: PostClaim.End) -> PostClaim:
    """End a claim of a locked post on a day."""
    claim = PostClaim.objects.select_for_update(of=("self",)).select_related("post__organisation").get(pk=claim.pk)
    if claim.until is not None:
        raise ValidationError(_("这次认领已经结束，请刷新后再看。"))
    if day < claim.since:
        raise ValidationError({"day": _("日期早于认领日期 %(since)s，请核对。") % {"since": claim.since}})
    if day > timezone.localdate():
        raise ValidationError({"day": _("日期在将来，请核对。")})
    claim.until, claim.end = day, end
    claim.save(update_fields=["until", "end"])
    return claim


def lock_holder(holder: Member | Registration) -> None:
    """Let who ends the membership or the registration wait: its claims end with it, and none may begin meanwhile.

    Before the post and its claims, as leaving locks them: else the two could wait for each other.
    """
    type(holder).objects.select_for_update(of=("self",), no_key=True).get(pk=holder.pk)


def lock_post(post: ServicePost) -> ServicePost:
    """Return an open post, locked until the transaction ends."""
    posts = ServicePost.objects.select_for_update(of=("self",)).select_related("organisation__community")
    post = posts.get(pk=post.pk)
    if post.closed_on is not None:
        raise ValidationError(_("这个岗位已经撤销，请刷新后再看。"))
    return post


def open_claims(post: ServicePost, since: date | None = None) -> list[PostClaim]:
    """Return the claims that hold today, or those that hold on any day from `since` on."""
    day = since or timezone.localdate()
    return [claim for claim in post.claims.all() if claim.until is None or claim.until > day]


def count_most(claims: Iterable[PostClaim], since: date) -> int:
    """Return how many hold a post at once at most, from a day on."""
    claims = list(claims)
    days = {since} | {claim.since for claim in claims if claim.since > since}
    return max(sum(one.since <= day and (one.until is None or one.until > day) for one in claims) for day in days)


def may_hold(branch: Organisation, holder: Member | Registration, day: date) -> bool:
    """Tell whether somebody is in the branch, or registered there, on a day."""
    if isinstance(holder, Member):
        return Member.objects.in_on(branch, day).filter(pk=holder.pk).exists()
    return Registration.objects.on(day).filter(pk=holder.pk, organisation=branch).exists()


def check_day(day: date, post: ServicePost) -> None:
    """Refuse a day before the post was opened, and one to come."""
    if day > timezone.localdate():
        raise ValidationError({"since": _("日期在将来，请核对。")})
    if day < post.opened_on:
        raise ValidationError({"since": _("这个岗位 %(day)s 才设，请填这一天或以后。") % {"day": post.opened_on}})


def name_holder(claim: PostClaim) -> dict[str, int | None]:
    """Return who holds a claim, by keys."""
    return {"claim": claim.pk, "member": claim.member_id, "registration": claim.registration_id}


def audit(post: ServicePost, action: str, by: User, **detail: Any) -> None:
    """Append the deed to the audit log, under the community of the branch."""
    record(action, by=by, target=post, area_code=post.organisation.community.code, **detail)
