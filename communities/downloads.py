"""The only way a file leaves the portal: as what it is, under its name, kept by no cache, guessed at by no browser.

Whose file, and who may have it, is the business of the view.
"""

import re
from pathlib import PurePath
from typing import IO

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".geojson": "application/geo+json",
    ".ics": "text/calendar; charset=utf-8",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".sav": "application/x-spss-sav",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
UNFIT = re.compile(r"[\x00-\x1f\x7f/\\]+")  # in a header, or in the name of a file


def send_file(content: bytes | str, name: str, *, is_shown: bool = False) -> HttpResponse:
    """Return a file as a download or, when `is_shown`, for the browser to show; its kind is that of the name.

    Raises KeyError for a kind of file that the portal does not send.
    """
    response = HttpResponse(content, content_type=media_type_of(name))
    label(response, name, is_shown=is_shown)
    return response


def stream_file(content: IO[bytes], name: str) -> FileResponse:
    """Return an open file as a download; it is closed afterwards."""
    response = FileResponse(content, content_type=media_type_of(name))
    label(response, name, is_shown=False)
    return response


def media_type_of(name: str) -> str:
    """Return the media type of a file of this name."""
    return MEDIA_TYPES[PurePath(name).suffix]


def label(response: HttpResponseBase, name: str, *, is_shown: bool) -> None:
    """Say under which name a file is kept, and that nobody else keeps it."""
    response["Content-Disposition"] = content_disposition_header(not is_shown, UNFIT.sub("_", name)) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
