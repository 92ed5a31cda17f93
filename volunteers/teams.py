"""Writes on teams and groups: founding, changing, closing; who belongs to them; the record of what they did."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from activities.models import Activity
from grids.models import Resident
from volunteers.models import Team, TeamMember, Volunteer

CHOICES = 60  # latest activities of the community among which a team's are picked


@transaction.atomic
def save_team(team: Team, *, by: User) -> Team:
    """Write a new or changed team. Raises ValidationError when the community has another of this name."""
    deed = "team.edit" if team.pk else "team.add"
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise ValidationError({"name": _("本社区已有同名的团队，请换个名称。")}) from None
    audit(team, deed, by)
    return team


@transaction.atomic
def close_team(team: Team, *, by: User) -> Team:
    """Close a team from today: everybody's spell in it ends. Raises ValidationError while other teams belong to it."""
    team = lock(team)
    if team.teams.current().exists():
        raise ValidationError(_("还有志愿服务队属于它，请先把那些队改到别处或注销。"))
    today = timezone.localdate()
    ended = 0
    for spell in team.members.filter(until=None):
        end_spell(spell, today)
        ended += 1
    team.closed_on = max(today, team.filed_on)
    team.save(update_fields=["closed_on"])
    audit(team, "team.close", by, members=ended)
    return team


@transaction.atomic
def add_member(team: Team, *, person: Volunteer | Resident, is_leader: bool, since: date, by: User) -> TeamMember:
    """Let somebody in from a day on; who is in already takes up, or gives up, the lead from that day on.

    Teams have volunteers only. A resident who is a volunteer is kept as one, so that nobody is in a group twice.
    """
    team = lock(team)
    if isinstance(person, Resident) and team.kind != Team.Kind.GROUP:
        raise ValidationError(_("志愿服务组织和服务队的成员要先登记为志愿者。"))
    if isinstance(person, Resident):
        current = Volunteer.objects.registered_on(timezone.localdate()).filter(community=team.community_id)
        person = current.filter(resident=person).first() or person
    names = {"volunteer": person} if isinstance(person, Volunteer) else {"resident": person}
    member = TeamMember(team=team, is_leader=is_leader, since=since, **names)
    change_spell(find_open(team, person), member)
    member.full_clean()
    member.save()
    audit(team, "team.add_member", by, member=member.pk, leader=is_leader)
    return member


def find_open(team: Team, person: Volunteer | Resident) -> TeamMember | None:
    """Return the spell in which somebody is in the team, as a volunteer or as a resident."""
    spells = team.members.filter(until=None)
    if isinstance(person, Resident):
        return spells.filter(resident=person).first()
    own = spells.filter(volunteer=person).first()
    return own or (spells.filter(resident=person.resident_id).first() if person.resident_id else None)


def change_spell(spell: TeamMember | None, member: TeamMember) -> None:
    """End the spell before the new one; refuse a new one that would say the same."""
    if spell is None:
        return
    if spell.is_leader == member.is_leader:
        raise ValidationError(_("这位已经在队里，不用再加。"))
    if member.since < spell.since:
        raise ValidationError({"since": _("这位 %(day)s 才入队，日期不能更早。") % {"day": spell.since}})
    spell.until = member.since
    spell.save(update_fields=["until"])


@transaction.atomic
def end_member(member: TeamMember, *, by: User) -> TeamMember:
    """Note that somebody is in the team no longer, from today."""
    member = TeamMember.objects.select_for_update(of=("self",)).select_related("team__community").get(pk=member.pk)
    if member.until:
        raise ValidationError(_("这位已经退队了。"))
    end_spell(member, timezone.localdate())
    audit(member.team, "team.end_member", by, member=member.pk)
    return member


def end_spell(spell: TeamMember, day: date) -> None:
    """End a spell on a day; one that has not begun ends before its first."""
    spell.until = max(spell.since, day)
    spell.save(update_fields=["until"])


@transaction.atomic
def add_activity(team: Team, *, activity: Activity, by: User) -> None:
    """Put an activity of the community on the record of the team."""
    if activity.community_id != team.community_id:
        raise ValidationError(_("只能加本社区的活动。"))
    team.activities.add(activity)
    audit(team, "team.add_activity", by, activity=activity.pk)


@transaction.atomic
def drop_activity(team: Team, *, activity: Activity, by: User) -> None:
    """Take an activity off the record of the team."""
    team.activities.remove(activity)
    audit(team, "team.drop_activity", by, activity=activity.pk)


def lock(team: Team) -> Team:
    """Return the team as it is now, unless it has been closed."""
    team = Team.objects.select_for_update(of=("self",)).select_related("community").get(pk=team.pk)
    if team.closed_on:
        raise ValidationError(_("这支队伍已经注销。"))
    return team


def audit(team: Team, action: str, by: User, **detail: object) -> None:
    """Append the deed to the audit log."""
    record(action, by=by, target=team, area_code=team.community.code, **detail)
