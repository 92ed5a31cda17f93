"""Certificates: issuing, showing, printing as a page or PDF, revoking. What everybody may check: checking.py."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Fresh, StaffRequest, access
from accounts.roles import Permission
from activities.qr import draw_qr
from communities.downloads import send_file
from volunteers.certificates import (
    RevokeReason,
    issue_certificate,
    read_certificate,
    revoke_certificate,
    split_code,
)
from volunteers.forms.certificates import CertificateForm, RevokeForm
from volunteers.models import Certificate
from volunteers.records import EARLIEST, count_in_days, find_first_day, list_served, say_minutes
from volunteers.views.people import get_volunteer


@access(Permission.CERTIFY_SERVICE, methods=("GET", "POST"), personal=True)
def add(request: StaffRequest, volunteer: int) -> HttpResponse:
    """Issue a certificate."""
    person = get_volunteer(request, volunteer)
    today = timezone.localdate()
    served = list_served(person, EARLIEST, today)
    since = find_first_day(person, served)
    initial = {"first_day": since, "last_day": today}
    form = CertificateForm(request.POST or None, volunteer=person, since=since, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            certificate = issue_certificate(person, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("证明已出具。"))
            return redirect("volunteers:certificate", certificate.pk)
    context = {
        "form": form,
        "volunteer": person,
        "count": len(served),
        "total": say_minutes(count_in_days(person, EARLIEST, today)),
    }
    return render(request, "volunteers/certificate_form.html", context)


@access(Permission.CERTIFY_SERVICE, personal=True)
def show(request: StaffRequest, certificate: int) -> HttpResponse:
    """Show a certificate, masked, with its code and the ways to print it."""
    return render_certificate(request, get_certificate(request, certificate))


def render_certificate(
    request: StaffRequest, row: Certificate, form: RevokeForm | None = None, refusal: str = ""
) -> HttpResponse:
    """Render the page of a certificate."""
    now = count_in_days(row.volunteer, row.first_day, row.last_day)
    context: dict[str, Any] = {
        "certificate": row,
        "code": split_code(row.code),
        "total": say_minutes(row.minutes),
        "total_now": say_minutes(now) if now != row.minutes else "",
        "reason": dict(RevokeReason.choices).get(row.revoke_reason, ""),
        "form": form or RevokeForm(),
        "refusal": refusal,
        "link": link_to(request, row),
    }
    return render(request, "volunteers/certificate.html", context)


@access(Permission.CERTIFY_SERVICE, methods=("POST",), personal=True, fresh=Fresh.UNMASK)
def show_paper(request: StaffRequest, certificate: int) -> HttpResponse:
    """Show a certificate in full as a page to print, once that has been written down."""
    row = get_certificate(request, certificate)
    try:
        content = read_certificate(row, by=request.user)
    except ValidationError as error:
        return render_certificate(request, row, refusal=error.messages[0])
    link = link_to(request, row)
    context = {"certificate": row, "content": content, "code": split_code(row.code), "link": link, "qr": draw_qr(link)}
    return render(request, "volunteers/certificate_paper.html", context)


@access(Permission.CERTIFY_SERVICE, methods=("POST",), personal=True, fresh=Fresh.UNMASK)
def send_pdf(request: StaffRequest, certificate: int) -> HttpResponse:
    """Send a certificate in full as PDF, once that has been written down. One that is revoked is not printed again."""
    row = get_certificate(request, certificate)
    if row.revoked_at:
        return render_certificate(request, row, refusal=_("这份证明已经作废，不能再打印。"))
    # Only here: the library behind it takes a second to load, which every process would wait for.
    from volunteers.certificate_pdf import GlyphMissingError, draw_certificate

    try:
        content = read_certificate(row, by=request.user)
        file = draw_certificate(content, code=row.code, url=link_to(request, row))
    except ValidationError as error:
        return render_certificate(request, row, refusal=error.messages[0])
    except GlyphMissingError as missing:
        words = _("证明里有字库没有的字（%(letters)s），不能生成 PDF。请用“打印网页”，电脑上的字体能显示它。")
        return render_certificate(request, row, refusal=words % {"letters": str(missing)})
    return send_file(file, f"{_('志愿服务记录证明')}-{row.code}.pdf")


@access(Permission.CERTIFY_SERVICE, methods=("POST",), personal=True)
def revoke(request: StaffRequest, certificate: int) -> HttpResponse:
    """Revoke a certificate."""
    row = get_certificate(request, certificate)
    form = RevokeForm(request.POST)
    if form.is_valid():
        try:
            revoke_certificate(row, reason=RevokeReason(form.cleaned_data["reason"]), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已作废。查验页面马上显示“已作废”。"))
            return redirect("volunteers:certificate", row.pk)
    return render_certificate(request, row, form)


def get_certificate(request: StaffRequest, pk: int) -> Certificate:
    """Return a certificate of one's communities, or answer that there is none."""
    rows = Certificate.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("volunteer__community", "volunteer__resident", "issued_by"), pk=pk)


def link_to(request: StaffRequest, certificate: Certificate) -> str:
    """Return the address at which everybody may check it."""
    return request.build_absolute_uri(reverse("volunteer:certificate", args=[certificate.code]))
