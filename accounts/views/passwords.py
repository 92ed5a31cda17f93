"""Changing one's own password, of one's own wish or because somebody else has chosen the present one."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.forms.passwords import PasswordForm
from accounts.passwords import change_password
from accounts.signing_in import note_confirmed


@access(methods=("GET", "POST"))
def set_password(request: StaffRequest) -> HttpResponse:
    """Ask for the present and the new password; other devices are signed out, this one gets a new session key."""
    was_owed = request.user.must_change_password
    form = PasswordForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and form.is_valid():
        key = request.session.session_key
        account = change_password(request.user, password=form.cleaned_data["new_password"], session_key=key)
        update_session_auth_hash(request, account)
        note_confirmed(request.session)
        messages.success(request, _("密码已更换，其他设备上的登录已经退出。"))
        return redirect(settings.LOGIN_REDIRECT_URL if was_owed else "accounts:sessions")
    return render(request, "accounts/password.html", {"form": form, "was_owed": was_owed})
