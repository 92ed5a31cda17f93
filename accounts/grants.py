"""Lending roles: what may be given to whom, and taking it back. Working as a grant is accounts.acting."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Grant, User
from accounts.roles import LEVEL_OF_ROLE, Level, Role, may_share_hands, roles_managed_by
from communities.models import Community, District, Street


def find_colleague(by: User, username: str) -> User | None:
    """Return the open account of the same street with this user name; others answer as if they did not exist."""
    street = by.street or (by.community and by.community.street)
    here = Q(street=street) | Q(community__street=street)
    return User.objects.filter(here, username=username, is_active=True).first() if street else None


def find_receiver(by: User, username: str) -> User | None:
    """Return the open account within the area of who keeps accounts, whatever its role."""
    accounts = User.objects.all() if by.level == Level.PLATFORM else User.objects.visible_to(by)
    return accounts.filter(username=username, is_active=True).first()


def roles_given_by(by: User) -> list[Role]:
    """Return the roles in the user's hands that can be lent: those that work in an area."""
    return [role for role in roles_managed_by(by.role) if LEVEL_OF_ROLE[role] != Level.PLATFORM]


@transaction.atomic
def give_grant(grant: Grant, *, by: User) -> Grant:
    """Save a new grant of `by`. Leaves an audit event.

    Raises ValidationError when the days are too many, the receiver already works so, or the two roles must stay in
    separate hands (rule R22).
    """
    # Two grants at once to one account: each would find no other.
    user = User.objects.select_for_update(of=("self",)).get(pk=grant.user_id)
    grant.by = by
    check_days(grant.since, grant.until)
    check_receiver(grant, user)
    if by.acting or not grant.may_be_given():
        raise ValidationError(_("您不能授出这个角色。"))
    grant.full_clean()
    grant.save()
    note("grant.give", grant, by=by)
    return grant


def check_days(since: date, until: date) -> None:
    """Raise ValidationError unless the days begin from today on, soon, and are few."""
    today, longest = timezone.localdate(), timedelta(days=settings.GRANT_MAX_DAYS)
    if not today <= since < today + longest:
        raise ValidationError({"since": _("开始日期要在今天到 %(day)s 之间。") % {"day": f"{today + longest:%F}"}})
    if until >= since + longest:
        last = since + longest - timedelta(days=1)
        raise ValidationError(
            {
                "until": _("一次最多授权 %(days)s 天，最后一天最晚是 %(day)s。")
                % {"days": longest.days, "day": f"{last:%F}"}
            }
        )


def check_receiver(grant: Grant, user: User) -> None:
    """Raise ValidationError unless the account may work in the role and does not so already."""
    if user.role == grant.role and user.area == grant.area:
        raise ValidationError(_("对方本来就是这个角色，不需要授权。"))
    if not may_share_hands(user.role, grant.role):
        raise ValidationError(_("账号管理、审计、平台管理要分别由不同的人担任，不能授给这个账号。"))
    same = Grant.objects.filter(user=user, role=grant.role, withdrawn_on=None)
    if same.filter(**area_of(grant), since__lte=grant.until, until__gte=grant.since).exists():
        raise ValidationError(_("这几天对方已有同样的授权。"))


def area_of(grant: Grant) -> dict[str, District | Street | Community | None]:
    """Return the grant's area as fields."""
    return {"district": grant.district, "street": grant.street, "community": grant.community}


@transaction.atomic
def withdraw_grant(grant: Grant, *, by: User) -> Grant:
    """End a grant at once; one that has ended stays as it is. Leaves an audit event."""
    grant = Grant.objects.select_for_update(of=("self",)).select_related("user", "by").get(pk=grant.pk)
    if grant.withdrawn_on is None:
        grant.withdrawn_on = timezone.localdate()
        grant.save(update_fields=["withdrawn_on"])
        note("grant.withdraw", grant, by=by)
    return grant


def note(action: str, grant: Grant, *, by: User) -> None:
    """Append a deed on a grant to the audit log, where the auditor of the area finds it."""
    area_code = grant.area.code if grant.area else ""
    record(
        action,
        by=by,
        target=grant,
        area_code=area_code,
        user=grant.user_id,
        role=grant.role,
        since=f"{grant.since:%F}",
        until=f"{grant.until:%F}",
        reason=grant.reason,
    )
