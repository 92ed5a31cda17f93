"""Where one is signed in, and signing out: here, there, everywhere; an account's manager does it for the account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import second_factor
from accounts.access import StaffRequest, access
from accounts.actions import sign_out_account, sign_out_device, sign_out_everywhere
from accounts.models import User
from accounts.roles import Permission
from accounts.sessions import describe_session, handle_of, is_phone, list_sessions
from accounts.signing_in import has_factor


@access()
def show_sessions(request: StaffRequest) -> HttpResponse:
    """Show the devices on which one is signed in."""
    rows = [
        {
            "device": describe_session(row),
            "row": row,
            "is_phone": is_phone(row),
            "handle": handle_of(row.session_key),
            "is_here": row.session_key == request.session.session_key,
        }
        for row in list_sessions(request.user)
    ]
    context = {"sessions": rows, "has_factor": has_factor(request.user)}
    return render(request, "accounts/session_list.html", context)


@access(methods=("POST",))
def end_one(request: StaffRequest) -> HttpResponse:
    """Sign one device out."""
    if sign_out_device(request.user, handle=request.POST.get("session", "")):
        messages.success(request, _("那台设备已经退出登录。"))
    else:
        messages.info(request, _("那台设备的登录已经结束了。"))
    return redirect("accounts:sessions")


@access(methods=("POST",))
def end_all(request: StaffRequest) -> HttpResponse:
    """Sign all devices out, this one too."""
    sign_out_everywhere(request.user)
    logout(request)
    messages.success(request, _("所有设备都已退出登录。"))
    return redirect("accounts:login")


@access(Permission.MANAGE_ACCOUNTS, methods=("POST",))
def end_of_account(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign an account in one's hands out everywhere."""
    account = get_object_or_404(User.objects.managed_by(request.user), pk=pk)
    count = sign_out_account(account, by=request.user)
    words = ngettext(
        "“%(name)s”已在 %(count)s 台设备上退出登录。", "“%(name)s”已在 %(count)s 台设备上退出登录。", count
    )
    messages.success(request, words % {"name": account.username, "count": count})
    return redirect("accounts:edit", account.pk)


@access(Permission.MANAGE_ACCOUNTS, methods=("POST",), fresh=True)
def reset_factor(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a lost second factor from an account in one's hands; its owner sets up a new one."""
    account = get_object_or_404(User.objects.managed_by(request.user), pk=pk)
    second_factor.switch_off(account, by=request.user, session_key=None)
    messages.success(request, _("已清除“%(name)s”的动态口令，请提醒本人重新设置。") % {"name": account.username})
    return redirect("accounts:edit", account.pk)
