"""What devices send at the door and what they are told: one entry, and what became of it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from activities.models import CheckIn, Method

Refusal, Direction = CheckIn.Refusal, CheckIn.Direction


@dataclass(frozen=True)
class Entry:
    """One check-in as a device sends it. Exactly one of `resident`, `code` and `name` says who."""

    client_id: uuid.UUID
    claimed_at: datetime
    method: Method
    direction: CheckIn.Direction = Direction.IN
    activity: int | None = None  # whose list the device had open; None where the address alone says it
    resident: int | None = None
    code: str = ""
    name: str = ""
    tail: str = ""


@dataclass
class Result:
    """What became of an entry: accepted, already (was here before), or refused with a reason.

    `resident` may be known where the check-in is refused; without a resident, an accepted one is an outsider's.
    """

    entry: Entry
    resident: int | None = None
    grid: int | None = None
    name: str = ""  # masked
    refusal: str = ""
    already: bool = False

    @property
    def key(self) -> int | tuple[str, str]:
        """Whose presence it is: a resident's key, or an outsider's name and tail."""
        return self.resident or (self.entry.name, self.entry.tail)

    @property
    def state(self) -> str:
        """The word for it that devices know."""
        if self.refusal:
            return "refused"
        return "already" if self.already else "accepted"
