"""Work beside the test, in a thread with a database connection of its own."""

import threading
from collections.abc import Callable

from django.db import connections


def in_other_connection(work: Callable[[], None]) -> None:
    """Run the work in a thread with its own database connection, and wait for it."""
    errors = []

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - handed to the test's own thread
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive()
    if errors:
        raise errors[0]
