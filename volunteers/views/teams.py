"""Pages of teams and groups: the list by kind, one of them, its members and its record of activities."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.models import Activity
from volunteers import teams
from volunteers.forms.teams import MemberForm, TeamActivityForm, TeamForm
from volunteers.models import Shift, Team, TeamMember

RECORD = 60  # activities shown on a team's page
MEMBERS = 300  # more than any choir; beyond them the list says so
SHIFTS = 10


@access(Permission.MANAGE_VOLUNTEERS)
def list_teams(request: StaffRequest) -> HttpResponse:
    """Show the teams of one's communities by kind."""
    rows = list(Team.objects.visible_to(request.user).current().for_list())
    kinds = [(kind, [(team, is_asleep(team)) for team in rows if team.kind == kind]) for kind in Team.Kind]
    closed = Team.objects.visible_to(request.user).filter(closed_on__isnull=False).order_by("-closed_on")[:20]
    return render(request, "volunteers/team_list.html", {"kinds": kinds, "any": rows, "closed": closed})


def is_asleep(team: Any) -> bool:
    """Tell whether a team of TeamQuerySet.for_list() has done nothing for long; a new one counts from its filing."""
    last: date = team.last_active or team.filed_on
    return team.closed_on is None and last < timezone.localdate() - timedelta(days=settings.TEAM_ASLEEP_DAYS)


@access(Permission.MANAGE_VOLUNTEERS, personal=True)
def show_team(request: StaffRequest, team: int) -> HttpResponse:
    """Show a team: members masked, what it did, its shifts to come."""
    return render_team(request, get_team(request, team))


def render_team(request: StaffRequest, team: Team, **forms: Any) -> HttpResponse:
    """Render the page of a team, with a form that was refused."""
    members = team.members.on(timezone.localdate()).select_related("volunteer__resident", "resident")
    former = team.members.filter(until__lte=timezone.localdate()).count()
    context = {
        "team": team,
        "is_asleep": is_asleep(team),
        "asleep_days": settings.TEAM_ASLEEP_DAYS,
        "members": members[:MEMBERS],
        "former": former,
        "teams": team.teams.current(),
        "activities": team.activities.order_by("-starts_at", "-pk")[:RECORD],
        "shifts": Shift.objects.visible_to(request.user)
        .upcoming()
        .filter(team=team)
        .select_related("activity")[:SHIFTS],
        "who": "everybody" if team.kind == Team.Kind.GROUP else "volunteers",
        "member_form": MemberForm(by=request.user, team=team),
        "activity_form": TeamActivityForm(by=request.user, team=team),
        **forms,
    }
    return render(request, "volunteers/team_detail.html", context)


def get_team(request: StaffRequest, pk: int) -> Team:
    """Return a team of one's communities, or answer that there is none."""
    return get_object_or_404(Team.objects.visible_to(request.user).for_list(), pk=pk)


@access(Permission.MANAGE_VOLUNTEERS, methods=("GET", "POST"))
def add(request: StaffRequest) -> HttpResponse:
    """Found a team."""
    return answer_form(request, Team(community=request.user.community))


@access(Permission.MANAGE_VOLUNTEERS, methods=("GET", "POST"))
def edit(request: StaffRequest, team: int) -> HttpResponse:
    """Change what a team is called, what it is, and to which organisation it belongs."""
    found = Team.objects.visible_to(request.user).current().select_related("community")
    return answer_form(request, get_object_or_404(found, pk=team))


def answer_form(request: StaffRequest, team: Team) -> HttpResponse:
    """Show the form of a team, or carry it out."""
    form = TeamForm(request.POST or None, instance=team, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = teams.save_team(form.instance, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已保存：%(team)s。") % {"team": saved})
            return redirect("volunteers:team", saved.pk)
    return render(request, "volunteers/team_form.html", {"form": form})


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",))
def close(request: StaffRequest, team: int) -> HttpResponse:
    """Close a team."""
    found = get_team(request, team)
    try:
        teams.close_team(found, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("volunteers:team", found.pk)
    messages.success(request, _("已注销：%(team)s。活动记录都保留着。") % {"team": found})
    return redirect("volunteers:teams")


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",), personal=True)
def add_member(request: StaffRequest, team: int) -> HttpResponse:
    """Let somebody into the team."""
    found = get_team(request, team)
    form = MemberForm(request.POST, by=request.user, team=found)
    if form.is_valid():
        try:
            member = teams.add_member(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("已加入：%(name)s。") % {"name": member.masked_name})
            return redirect("volunteers:team", found.pk)
    chosen = form.cleaned_data.get("person")
    return render_team(request, found, member_form=form, chosen=chosen, reference=request.POST.get("person", ""))


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",))
def end_member(request: StaffRequest, member: int) -> HttpResponse:
    """Note that somebody is in the team no longer."""
    spells = TeamMember.objects.filter(team__in=Team.objects.visible_to(request.user))
    spell = get_object_or_404(spells, pk=member)
    try:
        teams.end_member(spell, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("已退队。"))
    return redirect("volunteers:team", spell.team_id)


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",), personal=True)
def add_activity(request: StaffRequest, team: int) -> HttpResponse:
    """Put an activity on the team's record."""
    found = get_team(request, team)
    form = TeamActivityForm(request.POST, by=request.user, team=found)
    if not form.is_valid():
        return render_team(request, found, activity_form=form)
    teams.add_activity(found, activity=form.cleaned_data["activity"], by=request.user)
    messages.success(request, _("已记入活动记录。"))
    return redirect("volunteers:team", found.pk)


@access(Permission.MANAGE_VOLUNTEERS, methods=("POST",))
def drop_activity(request: StaffRequest, team: int, activity: int) -> HttpResponse:
    """Take an activity off the team's record."""
    found = get_team(request, team)
    row = get_object_or_404(Activity.objects.filter(teams=found), pk=activity)
    teams.drop_activity(found, activity=row, by=request.user)
    messages.success(request, _("已从活动记录里去掉，活动本身没有变。"))
    return redirect("volunteers:team", found.pk)
