"""Gunicorn's log of requests, without those for survey forms: a line is an address and a second (rule R13).

What somebody searched for, and the part of a public address that lets in whoever knows it, are in no line.
"""

from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from gunicorn.glogging import Logger

from config.logs import FACTS, make_formatter
from surveys.silence import PREFIX


class AccessLogger(Logger):
    """Writes a line for each request but those that residents make to answer."""

    def setup(self, cfg: Any) -> None:
        """Give the server's own log the portal's form, and that of requests when it is for machines."""
        super().setup(cfg)
        logs = (self.error_log, self.access_log) if settings.LOG_FORMAT == "json" else (self.error_log,)
        for handler in (handler for log in logs for handler in log.handlers):
            handler.setFormatter(make_formatter())

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        """Write the line of an answered request."""
        asked_by = urlsplit(environ.get("HTTP_REFERER", "")).path  # a form's scripts and pictures tell of it too
        if any(path.startswith(PREFIX) for path in (environ.get("PATH_INFO", ""), asked_by)):
            return
        if settings.LOG_FORMAT != "json":
            super().access(resp, req, environ, request_time)
        elif self.access_log_enabled:
            atoms = self.atoms(resp, req, environ, request_time)
            facts = {"status": int(atoms["s"]), "address": atoms["h"], "bytes": atoms["B"], "ms": atoms["M"]}
            facts |= {name: value for name, value in environ.get(FACTS, {}).items() if name != "route"}
            self.access_log.info("%s", atoms["r"], extra={"facts": facts})

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """Return the parts of a line: paths without what was asked, and only the pattern of a public address."""
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        # Quoted again: a line feed in an address would begin a line of its sender's making.
        path = environ.get(FACTS, {}).get("route") or quote(environ.get("PATH_INFO", ""), "/:@", encoding="latin-1")
        request_line = f"{environ['REQUEST_METHOD']} {path} {environ['SERVER_PROTOCOL']}"
        return atoms | {"r": request_line, "U": path, "q": "", "f": "-"}
