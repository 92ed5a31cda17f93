"""One's own second factor: state, switching on, new recovery codes, switching off."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import second_factor
from accounts.access import StaffRequest, access
from accounts.forms.second_factor import FirstCodeForm
from accounts.forms.sign_in import CodeForm
from accounts.models import RecoveryCode, SecondFactor
from accounts.signing_in import NEEDS_FACTOR, has_factor, note_confirmed, owes_factor


@access()
def show_factor(request: StaffRequest) -> HttpResponse:
    """Show whether log-in asks for a code, and what can be done about it."""
    factor = SecondFactor.objects.filter(user=request.user.pk, confirmed_at__isnull=False).first()
    left = RecoveryCode.objects.filter(factor=factor, used_at=None).count() if factor else 0
    context = {"factor": factor, "codes_left": left, "is_owed": NEEDS_FACTOR in request.session}
    return render(request, "accounts/second_factor.html", context)


@access(methods=("GET", "POST"), fresh=True)
@never_cache
def switch_on(request: StaffRequest) -> HttpResponse:
    """Show the secret, take the first code, and then show the recovery codes: once, on this page."""
    if has_factor(request.user):
        return redirect("accounts:second-factor")
    factor = second_factor.begin_set_up(request.user)
    form = FirstCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        code, key = form.cleaned_data["code"], request.session.session_key
        try:
            codes = second_factor.confirm_set_up(request.user, code=code, by=request.user, session_key=key)
        except ValidationError as error:
            form.add_error("code", error)
        else:
            renew_session(request)
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
    context = {"form": form, "picture": second_factor.draw_secret(factor), "secret": second_factor.show_secret(factor)}
    return render(request, "accounts/second_factor_on.html", context)


def renew_session(request: StaffRequest) -> None:
    """Give the session a new key now that it is worth more; it owes nothing any longer."""
    request.session.pop(NEEDS_FACTOR, None)
    request.session.cycle_key()
    note_confirmed(request.session)


@access(methods=("POST",), fresh=True)
@never_cache
def renew_codes(request: StaffRequest) -> HttpResponse:
    """Show new recovery codes; the old ones are void."""
    try:
        codes = second_factor.renew_codes(request.user, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("accounts:second-factor")
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@access(methods=("GET", "POST"), fresh=True)
def switch_off(request: StaffRequest) -> HttpResponse:
    """Switch the factor off, with a code besides the password; a role that needs one leads to setting up the next."""
    if not has_factor(request.user):
        return redirect("accounts:second-factor")
    form = CodeForm(request.POST if request.method == "POST" else None, request=request, user=request.user)
    if request.method == "POST" and form.is_valid():
        second_factor.switch_off(request.user, by=request.user, session_key=request.session.session_key)
        request.session.cycle_key()
        if owes_factor(request.user):
            request.session[NEEDS_FACTOR] = True
        messages.success(request, _("动态口令已停用。"))
        return redirect("accounts:second-factor")
    return render(request, "accounts/second_factor_off.html", {"form": form})
