"""The door as residents see it: the screen with its changing code, the page behind it, and the kiosk.

Whatever somebody types, the answer is the same page: nobody can find out who is registered or was here.
"""

import uuid

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import scope
from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities import codes
from activities.checkins import apply_check_ins
from activities.forms.checkins import ArrivalForm, KioskForm, LateArrivalForm
from activities.models import Activity, Method
from activities.qr import draw_qr
from activities.views.checkins import fetch, find_closed
from communities.doorbell import REFRESH, ring
from communities.throttle import address_of, allow

ARRIVALS_A_MINUTE = 300  # of one activity: three doors at their busiest
ARRIVALS_OF_ADDRESS = 120  # a minute; a whole hall shares one address
DIGITS_A_MINUTE = 60  # of one activity, of which three of a million are good: four days of trying
DIGITS_OF_ADDRESS = 20  # a minute, so that one who tries digits out does not keep everybody else from typing theirs
TOO_MANY = gettext_lazy("现在签到的人太多，请过一分钟再点一次。您填的内容还在。")


@access(Permission.CHECK_IN)
def show_screen(request: StaffRequest, pk: int) -> HttpResponse:
    """The poster for a television or tablet: a code that changes, so that a photo of it is soon worth nothing."""
    activity = fetch(request, pk)
    context = {"activity": activity, "closed": find_closed(activity)} | describe_code(request, activity)
    return render(request, "activities/screen.html", context)


@access(Permission.CHECK_IN)
def show_screen_code(request: StaffRequest, pk: int) -> HttpResponse:
    """The code of this moment (htmx)."""
    activity = fetch(request, pk)
    context = {"activity": activity, "closed": find_closed(activity)} | describe_code(request, activity)
    return render(request, "activities/_screen_code.html", context)


def describe_code(request: HttpRequest, activity: Activity) -> dict[str, str]:
    """Return the current code as an image and as digits."""
    now = timezone.now()
    path = reverse("activities:arrive", args=[activity.public_id, codes.make_poster_code(activity, now)])
    return {"qr": draw_qr(request.build_absolute_uri(path)), "digits": codes.make_digits(activity, now)}


@access(Permission.CHECK_IN)
def show_kiosk_link(request: StaffRequest, pk: int) -> HttpResponse:
    """The address of the kiosk, as a code for the tablet to scan."""
    activity = fetch(request, pk)
    url = request.build_absolute_uri(reverse("activities:kiosk", args=[codes.make_kiosk_token(activity)]))
    context = {"activity": activity, "closed": find_closed(activity), "url": url, "qr": draw_qr(url, scale=5)}
    return render(request, "activities/kiosk_link.html", context | {"until": activity.ends_at + codes.OPEN_AFTER})


@access(public=True, methods=("GET", "POST"), personal=True)
def arrive(request: HttpRequest, public_id: str, code: str) -> HttpResponse:
    """The page behind the screen's code: name and last four digits, and thank you."""
    now = timezone.now()
    activity = Activity.objects.select_related("kind", "community").filter(public_id=public_id).first()
    if activity is None or codes.is_over(activity, now):
        return render(request, "activities/arrive_over.html")
    is_fresh = codes.is_poster_code(activity, code, now)
    form = (ArrivalForm if is_fresh else LateArrivalForm)(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and may_arrive(request, activity, form, is_fresh=is_fresh) and take(activity, form, Method.POSTER):
        return redirect("activities:arrived", public_id)
    return render(request, "activities/arrive.html", {"activity": activity if is_fresh else None, "form": form})


def may_arrive(request: HttpRequest, activity: Activity, form: ArrivalForm, *, is_fresh: bool) -> bool:
    """Tell whether the code, or the digits instead of it, and the limits let somebody in; else say why on the form.

    What counts against the activity comes last: only who stands before the screen can use up the limit of all.
    """
    at = address_of(request)
    if not allow(f"arrive-from:{at}", limit=ARRIVALS_OF_ADDRESS, seconds=60):
        form.add_error(None, TOO_MANY)
    elif not (is_fresh or knows_digits(activity, form.cleaned_data["digits"], at)):
        form.add_error("digits", _("数字不对或已经换了，请看大屏幕上现在的六位数字。"))
    elif not allow(f"arrive:{activity.pk}", limit=ARRIVALS_A_MINUTE, seconds=60):
        form.add_error(None, TOO_MANY)
    return form.is_valid()


def knows_digits(activity: Activity, digits: str, at: str) -> bool:
    """Tell whether somebody at an address may try digits, and these are the screen's.

    Uncounted, a million tries would find them: without Redis only the code itself lets in.
    """
    return (
        allow(f"arrive-digits-from:{at}", limit=DIGITS_OF_ADDRESS, seconds=60, without_redis=False)
        and allow(f"arrive-digits:{activity.pk}", limit=DIGITS_A_MINUTE, seconds=60, without_redis=False)
        and codes.are_digits(activity, digits, timezone.now())
    )


def take(activity: Activity, form: ArrivalForm, method: Method) -> bool:
    """Check somebody in; say on the form why the activity takes nobody, if so."""
    try:
        with scope.of(activity.community_id):
            apply_check_ins(activity, [form.make_entry(method)], by=None)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    ring(REFRESH)
    return True


@access(public=True)
def show_arrived(request: HttpRequest, public_id: str) -> HttpResponse:
    """Thank you: one page for everybody."""
    return render(request, "activities/arrived.html", {"public_id": public_id})


@access(public=True, methods=("GET", "POST"), personal=True)
def show_kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """A tablet at the door that is not signed in: one person after the other, and never a list."""
    activity = codes.find_kiosk_activity(token)
    if activity is None:
        return render(request, "activities/arrive_over.html")
    form = KioskForm(request.POST or None)
    thanks = False
    if request.method == "POST" and form.is_valid():
        if not allow(f"arrive:{activity.pk}", limit=ARRIVALS_A_MINUTE, seconds=60):
            form.add_error(None, TOO_MANY)
        elif take(activity, form, Method.KIOSK):
            thanks, form = True, KioskForm(initial={"client_id": uuid.uuid4()})
    template = "activities/_kiosk_form.html" if request.htmx else "activities/kiosk.html"  # type: ignore[attr-defined]
    return render(request, template, {"activity": activity, "form": form, "thanks": thanks, "token": token})
