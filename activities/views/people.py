"""The picker of participants: a grid's residents, those who signed up, a search, a pasted list, a sign-in sheet."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission
from activities.matching import LIST_LIMIT, Review, match_entries, read_names
from activities.models import Activity
from activities.sheets import describe_refusal, read_sheet
from grids.models import Grid, Residence, ResidentQuerySet
from grids.search import best_matches, fold_text, match, people_of, read_key
from imports.formats import FileRefused

LIST_SIZE = 100  # rows of a grid shown at once: a phone scrolls through them in a few strokes
LAST_PAGE = 1000  # no grid has two hundred thousand residents
SIGNED_UP = "signed-up-"  # in place of a grid: who signed up for the activity of this key


@access(Permission.LOG_ACTIVITIES, personal=True)
def pick_residents(request: StaffRequest) -> HttpResponse:
    """Answer the picker: the residents of a grid, those who signed up, or those whom a text names (R3)."""
    text = fold_text(request.GET.get("q", ""))
    if not text:
        wanted = request.GET.get("grid", "")
        context = list_people(request.user, wanted, read_page(request.GET.get("page", "")))
        return render(request, "activities/_picker_rows.html", context)
    context = {"text": text, "is_search": True}
    try:
        people, more = best_matches(people_of(request.user).filter(match(text)), text)
        context |= {"residents": people, "more": more}
    except ValidationError as error:
        context["advice"] = error.message
    return render(request, "activities/_picker_rows.html", context)


def read_page(text: str) -> int:
    """Return the number of a page, 1 for what is none."""
    number = read_key(text)
    return number if 1 <= number <= LAST_PAGE else 1


def list_people(user: User, wanted: str, page: int) -> dict[str, Any]:
    """Return one page of those who live in a grid today, door by door, or of those who signed up."""
    people = people_of(user)
    if wanted.startswith(SIGNED_UP):
        activities = Activity.objects.visible_to(user).filter(pk=read_key(wanted.removeprefix(SIGNED_UP)))
        people = people.filter(sign_ups__activity__in=activities, sign_ups__cancelled_at=None).distinct()
        title = _("已报名的人")
    else:
        grid = Grid.objects.visible_to(user).filter(pk=read_key(wanted)).first()
        if grid is None:
            raise Http404
        people, title = living_in(people, grid), str(grid)
    first = (page - 1) * LIST_SIZE
    rows = list(people.by_door()[first : first + LIST_SIZE + 1])
    more = page + 1 if len(rows) > LIST_SIZE else None
    return {"residents": rows[:LIST_SIZE], "next_page": more, "page": page, "wanted": wanted, "title": title}


def living_in(people: ResidentQuerySet, grid: Grid) -> ResidentQuerySet:
    """Keep those who live in the grid today; who died or moved out is found by searching."""
    here = Residence.objects.on(timezone.localdate()).filter(grid=grid)
    return people.filter(grid=grid, pk__in=here.values("resident"))


def describe_picker(user: User, activity: Activity | None) -> dict[str, Any]:
    """Return what the picker opens with: who signed up for a reported activity, else the worker's own grid."""
    grids = list(Grid.objects.visible_to(user).current())
    own = Grid.objects.appointed_to(user).first()
    grid = own or (grids[0] if grids else None)
    offers = activity is not None and activity.sign_ups.standing().exclude(resident=None).exists()
    signed_up = f"{SIGNED_UP}{activity.pk}" if activity and offers else ""
    is_open = bool(signed_up and activity and not activity.reported_at)
    wanted = signed_up if is_open else str(grid.pk) if grid else ""
    shown = list_people(user, wanted, 1) if wanted else {}
    return {"grids": grids, "signed_up": signed_up, "wanted": wanted} | shown


@sensitive_post_parameters()
@access(Permission.LOG_ACTIVITIES, methods=("POST",), personal=True)
def match_list(request: StaffRequest) -> HttpResponse:
    """Answer a pasted list, or a sign-in sheet, with who of one's communities stands on it. Nothing is saved."""
    file = request.FILES.get("sheet")
    if file is None:
        review = review_names(request.user, request.POST.get("names", ""), request.POST.get("starts_at", ""))
        return render(request, "activities/_match_review.html", {"review": review})
    try:
        entries, problems = read_sheet(file.read())
    except FileRefused as refusal:
        review = Review(problems=[describe_refusal(refusal)])
    else:
        review = match_entries(request.user, entries, read_day(request.POST.get("starts_at", "")))
        review.problems += problems
    return render(request, "activities/_match_review.html", {"review": review})


def review_pasted(request: StaffRequest) -> Review | None:
    """Return the review of a list that was sent with the whole form; None without one."""
    names = request.POST.get("names", "")
    return review_names(request.user, names, request.POST.get("starts_at", "")) if names.strip() else None


def review_names(user: User, names: str, starts_at: str) -> Review:
    """Return who stands on a pasted list, and what is no name."""
    entries, odd = read_names(names)
    if len(entries) > LIST_LIMIT:
        return Review(problems=[_("名单超过 %(limit)s 人，请拆成几次。") % {"limit": LIST_LIMIT}])
    review = match_entries(user, entries, read_day(starts_at))
    review.problems += [_("“%(text)s”看不出是姓名，没有登记。") % {"text": text[:20]} for text in odd]
    if not entries and not odd:
        review.problems.append(_("请先粘贴名单，再点“认人”。"))
    return review


def read_day(starts_at: str) -> date:
    """Return the day of the form's time; today when it makes no sense, for saving will say so."""
    try:
        moment = parse_datetime(starts_at)
    except ValueError:
        moment = None
    return moment.date() if moment else timezone.localdate()
