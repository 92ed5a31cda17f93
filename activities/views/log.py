"""The quick log: what just happened, saved with a few taps; and the report of what was planned."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.actions import change_activity, log_activity
from activities.forms.log import ActivityForm
from activities.forms.outsiders import read_chips
from activities.models import Activity, ActivityPhoto
from activities.versions import StaleError
from activities.views.people import describe_picker, review_pasted
from communities.doorbell import REFRESH, ring

PAGE = "content"  # what the form's own request swaps


@access(Permission.LOG_ACTIVITIES, methods=("GET", "POST"), personal=True)
def edit_activity(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Log an activity that was held, `?kind=` and `?theme=` say which; report or change the one of this key."""
    rows = Activity.objects.managed_by(request.user).reportable()
    saved = get_object_or_404(rows, pk=pk) if pk else None
    asked = {name: request.GET[name] for name in ("kind", "theme") if name in request.GET and saved is None}
    form = ActivityForm(request.POST or None, instance=saved, initial=asked, by=request.user)
    if request.method == "POST" and form.is_valid() and may_save(form, request):
        activity = save_form(form, request)
        if activity:
            ring(REFRESH)
            return leave(request, reverse("activities:detail", args=[activity.pk]))
    return render(request, "activities/activity_form.html", describe_form(form, request, pk))


def may_save(form: ActivityForm, request: StaffRequest) -> bool:
    """Tell whether nothing must be asked first: a pasted list that was not looked at, an activity like this one."""
    if request.POST.get("names", "").strip():
        form.add_error("residents", _("粘贴的名单还没有登记。请看下面认出了谁，再保存。"))
        return False
    token = form.cleaned_data["token"]
    if not form.instance.pk and Activity.objects.filter(client_token=token, recorded_by=request.user).exists():
        return True  # sent again: it would be its own twin
    return not form.refuse_twin(form.instance)


def save_form(form: ActivityForm, request: StaffRequest) -> Activity | None:
    """Carry out what the form says; None, with the reasons on the form, when the action refuses."""
    activity, data = form.instance, form.cleaned_data
    came = {name: data[name] for name in ("residents", "outsiders", "programmes", "target_groups")}
    key = draft_key(request, activity.pk)
    try:
        if activity.pk:
            change_activity(activity, **came, seen=data["version"], opened_at=data["opened_at"], by=request.user)
            messages.success(request, _("已保存：%(title)s。") % {"title": activity.title}, extra_tags=key)
            return activity
        activity, new = log_activity(activity, **came, token=data["token"], by=request.user)
    except StaleError:
        form.show_conflict(Activity.objects.get(pk=activity.pk))
        return None
    except ValidationError as error:
        form.add_error(None, error)
        return None
    words = _("已保存：%(title)s。") if new else _("这条记录刚才已经保存过，没有重复登记。要改内容，请点“修改”。")
    messages.success(request, words % {"title": activity.title}, extra_tags=key)
    return activity


def leave(request: StaffRequest, url: str) -> HttpResponse:
    """Go to another page; the form's own request cannot follow an ordinary redirect to a whole page."""
    if request.htmx and request.htmx.target == PAGE:
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def draft_key(request: StaffRequest, pk: int | None) -> str:
    """Return the name under which the browser keeps what was typed; the saved message tells it to forget."""
    return f"activity-{pk}" if pk else f"activity-new{draft_suffix(request)}"


def draft_suffix(request: StaffRequest) -> str:
    """Return what keeps a form that begins with a kind, theme or day from opening with another form's draft."""
    asked = ((name, request.GET.get(name, "")) for name in ("kind", "theme", "day"))
    return "".join(f"-{name}-{value}" for name, value in asked if value.replace("-", "").isdecimal())


def read_token(value: Any) -> UUID | None:
    """Return the form's token, None for what is none."""
    try:
        return UUID(str(value))
    except ValueError:
        return None


def describe_form(form: ActivityForm, request: StaffRequest, pk: int | None) -> dict[str, Any]:
    """Return the context of the form page: whoever was chosen survives an error."""
    if form.is_bound:
        keys = [int(key) for key in request.POST.getlist("residents") if key.isdecimal() and len(key) < 19]
        chips = read_chips(request.POST)
    else:
        keys, chips = form.initial.get("residents", []), form.initial.get("outsiders", [])
    outsiders, saved = form.fields["outsiders"], form.instance
    token = read_token(form["token"].value())
    review = review_pasted(request)
    return {
        "form": form,
        "activity": Activity.objects.get(pk=pk) if pk else None,  # as it is stored, not as it was typed
        "chosen": form.fields["residents"].queryset.filter(pk__in=keys).by_door(),  # type: ignore[attr-defined]
        "outsiders": outsiders.describe(chips),  # type: ignore[attr-defined]
        "signed_up_outsiders": outsiders.signed_up,  # type: ignore[attr-defined]
        "token": token,
        "photos": ActivityPhoto.objects.visible_to(request.user).of_form(token),
        "consents": ActivityPhoto.Consent.choices,
        "max_photo_bytes": settings.PHOTO_MAX_BYTES,
        "max_photo_megabytes": settings.PHOTO_MAX_BYTES // 2**20,
        "review": review,
        "names": "" if review and review.matches else request.POST.get("names", ""),
        "draft_key": draft_key(request, pk),
    } | describe_picker(request.user, saved if pk else None)
