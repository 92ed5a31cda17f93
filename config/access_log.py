"""Gunicorn's log of requests, without those for survey forms: a line is an address and a second (rule R13)."""

from typing import Any
from urllib.parse import urlsplit

from gunicorn.glogging import Logger

from surveys.silence import PREFIX


class AccessLogger(Logger):
    """Writes a line for each request but those that residents make to answer."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """Write the line of an answered request."""
        asked_by = urlsplit(environ.get("HTTP_REFERER", "")).path  # a form's scripts and pictures tell of it too
        if not any(path.startswith(PREFIX) for path in (environ.get("PATH_INFO", ""), asked_by)):
            super().access(resp, req, environ, request_time)
