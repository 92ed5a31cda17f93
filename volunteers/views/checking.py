"""Residents' and offices' pages: is this certificate genuine? The same page for every code."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import access
from communities.throttle import HOUR, address_of, allow
from volunteers.certificates import find_proof
from volunteers.forms.certificates import CodeForm


@access(public=True, methods=("GET", "POST"), personal=True)
def ask_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a certificate."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("volunteer:certificate", form.cleaned_data["code"])
    return keep_out_of_search(render(request, "volunteers/check.html", {"form": form}))


@access(public=True, personal=True)
def show_proof(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether the certificate is genuine, revoked, or not known."""
    if not allow(f"certificate:address:{address_of(request)}", limit=settings.PUBLIC_PER_ADDRESS, seconds=HOUR):
        form = CodeForm(data={"code": code})
        form.add_error(None, _("查验的人很多，请过几分钟再查。"))
        return keep_out_of_search(render(request, "volunteers/check.html", {"form": form}, status=429))
    proof = find_proof(code)
    context = {"proof": proof, "form": CodeForm()}
    return keep_out_of_search(render(request, "volunteers/proof.html", context, status=200 if proof else 404))


def keep_out_of_search(response: HttpResponse) -> HttpResponse:
    """Ask search engines to leave the page alone."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
