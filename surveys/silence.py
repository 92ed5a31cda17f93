"""Keeps requests for survey forms out of the log (rule R13): a line with a time is a trace of somebody who answered."""

import logging
import traceback

PREFIX = "/s/"


class SilenceFilter(logging.Filter):
    """Drops what is logged about requests below /s/; of a crash only the kind and the place of the error remain."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record may be written, after taking out of it what must not."""
        request = getattr(record, "request", None)
        if request is None or not getattr(request, "path", "").startswith(PREFIX):
            return True
        if record.levelno < logging.ERROR or not record.exc_info:
            return False
        kind, _error, trace = record.exc_info
        place = traceback.extract_tb(trace)[-1:]
        record.msg = "a survey form failed: %s at %s"
        record.args = (getattr(kind, "__name__", ""), ", ".join(f"{one.filename}:{one.lineno}" for one in place))
        record.exc_info = record.exc_text = record.request = None
        return True
