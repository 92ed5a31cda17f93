"""Log-in in one or two steps, the password once more, log-out, and what open pages ask about their session."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.audit import record
from accounts.carrying import unseal
from accounts.forms.sign_in import AgainForm, CodeForm, ConfirmForm
from accounts.guesses import note_failure
from accounts.models import User
from accounts.roles import Role
from accounts.sessions import find_idle_time, touch
from accounts.signing_in import has_factor, hold_back, let_in, note_confirmed, read_half

DIALOG = "X-Dialog"  # sent by idle.js: the answer goes into a dialog of the page


@method_decorator(access(public=True, methods=("GET", "POST")), name="dispatch")
class Login(auth.LoginView):
    """Log-in; on the demo street it offers the demo accounts."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Let the account in, or ask for its code first."""
        user, carried = form.get_user(), self.request.POST.get("carried", "")
        if has_factor(user):
            hold_back(self.request, user, onward=self.get_success_url(), carried=carried)
            return redirect("accounts:login-code")
        let_in(self.request, user)
        return lead_on(self.request, user, self.get_success_url(), carried)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Leave the failure in the audit log."""
        note_wrong_pair(self.request, form)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        carried = self.request.POST.get("carried", "")
        return super().get_context_data(demo_logins=list_demo_logins(), carried=carried, **kwargs)


def note_wrong_pair(request: HttpRequest, form: AuthenticationForm) -> None:
    """Leave the failure of an account and password in the audit log; a field left empty is none."""
    if form.cleaned_data.get("username") and form.cleaned_data.get("password"):
        note_failure(request, form.cleaned_data["username"])


@access(public=True, methods=("GET", "POST"))
def ask_for_code(request: HttpRequest) -> HttpResponse:
    """The second step of log-in."""
    half = read_half(request)
    if half is None:
        return redirect("accounts:login")
    form = CodeForm(request.POST if request.method == "POST" else None, request=request, user=half.user)
    if request.method == "POST" and form.is_valid():
        let_in(request, half.user)
        return lead_on(request, half.user, half.onward, half.carried)
    return render(request, "accounts/login_code.html", {"form": form})


def lead_on(request: HttpRequest, user: User, onward: str, carried: str) -> HttpResponse:
    """Go to where one wanted, or show that the form sent before can now be sent on."""
    form = unseal(carried, user=user) if carried else None
    if form:
        return render(request, "accounts/carry_on.html", {"carried": form})
    if carried:
        messages.warning(request, _("登录前没有提交的内容属于另一个账号，没有带过来。"))
        return redirect(settings.LOGIN_REDIRECT_URL)
    return redirect(onward)


@access(public=True, methods=("GET", "POST"))
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Log-in inside a page whose session has ended, for the account to which the page belongs: parts of a dialog."""
    half, is_code = read_half(request), "code" in request.POST
    given = request.POST if request.method == "POST" else request.GET
    named = {name: given.get(name, "") for name in ("username", "account")}
    if half and is_code:
        code = CodeForm(request.POST, request=request, user=half.user)
        if not code.is_valid():
            return render(request, "accounts/_again_code.html", {"form": code, "named": named})
        let_in(request, half.user)
        return render(request, "accounts/_dialog_done.html")
    if request.method != "POST" or is_code:  # too late with the code: the password again
        return render(request, "accounts/_again.html", {"form": AgainForm(request, initial=named), "named": named})
    form = AgainForm(request, request.POST)
    if not form.is_valid():
        note_wrong_pair(request, form)
        return render(request, "accounts/_again.html", {"form": form, "named": named})
    user = form.get_user()
    if has_factor(user):
        hold_back(request, user, onward=resolve_url(settings.LOGIN_REDIRECT_URL))
        code = CodeForm(request=request, user=user)
        return render(request, "accounts/_again_code.html", {"form": code, "named": named})
    let_in(request, user)
    return render(request, "accounts/_dialog_done.html")


@access(methods=("GET", "POST"))
def confirm(request: StaffRequest) -> HttpResponse:
    """Ask for the password again, and go on to where one wanted; as a dialog in the page when its script asks."""
    onward = find_onward(request)
    in_dialog = DIALOG in request.headers
    form = ConfirmForm(
        {"secret": request.POST.get("secret", "")} if request.method == "POST" else None, request=request
    )
    if request.method == "POST" and form.is_valid():
        note_confirmed(request.session)
        return render(request, "accounts/_dialog_done.html") if in_dialog else redirect(onward)
    template = "accounts/_confirm.html" if in_dialog else "accounts/confirm.html"
    return render(request, template, {"form": form, "secret_name": "secret", "kept": [("next", onward)]})


def find_onward(request: HttpRequest) -> str:
    """Return where to go afterwards: an address of ours, else home."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


@access(public=True, methods=("GET", "POST"))
def show_state(request: Any) -> HttpResponse:
    """Tell an open page whose session this is and how many seconds it has left; a POST says that somebody is there."""
    user = request.user if request.user.is_authenticated else None
    left = 0
    if user:
        if request.method == "POST":
            touch(request.session, at_once=True)
        left = (request.session.seen_at + find_idle_time(user.own_role) - timezone.now()) // timedelta(seconds=1)
    return JsonResponse({"user": str(user.pk) if user else "", "left": left, "token": get_token(request)})


@method_decorator(access(public=True, methods=("POST",)), name="dispatch")
class Logout(auth.LogoutView):
    """Log-out."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, User):
            record("sign_in.out", by=request.user, target=request.user, area_code=request.user.area_code)
        return super().post(request, *args, **kwargs)


def list_demo_logins() -> list[dict[str, str]]:
    """Return username, password and label of each demo account; empty outside the demo."""
    if not settings.DEMO:
        return []
    return [
        {
            "username": user.username,
            "password": settings.DEMO_PASSWORD,
            "label": " · ".join(str(part) for part in (Role(user.role).label, user.area) if part),
        }
        for user in User.objects.filter(is_demo=True, is_active=True).for_list().order_by("pk")
    ]


def lock_out(request: HttpRequest, credentials: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer a locked-out log-in with how long to wait."""
    minutes = settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
    template = "accounts/_locked_out.html" if DIALOG in request.headers else "accounts/locked_out.html"
    return render(request, template, {"wait_minutes": minutes}, status=429)
