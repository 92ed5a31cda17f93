"""What is answered to who may not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 with a page that says what to do."""
    return render(request, "403.html", status=403)
