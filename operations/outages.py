"""Which errors of the database belong to the hour, not to what was asked: it restarts, is full, or out of reach."""

from django.db import InterfaceError, OperationalError

PASSING_CLASSES = ("08", "40")  # SQLSTATE: connection exceptions, deadlocks and the like
PASSING_CODES = ("53100", "53300", "57P01", "57P02", "57P03")  # disk full, too many connections, server stops or starts
TOO_LONG = "57014"  # the statement time-out


def is_passing(error: Exception) -> bool:
    """Tell whether an error is one of the hour: a deadlock, a server that restarts or is full, a lost connection.

    A statement that takes too long or asks for too much memory will do so again: that is its own fault.
    """
    if isinstance(error, InterfaceError):  # the connection was lost by an earlier statement
        return True
    if not isinstance(error, OperationalError):
        return False
    code = code_of(error)
    return code is None or code[:2] in PASSING_CLASSES or code in PASSING_CODES


def code_of(error: Exception) -> str | None:
    """Return PostgreSQL's SQLSTATE of an error; None when the server was not reached."""
    return getattr(error.__cause__, "pgcode", None)
