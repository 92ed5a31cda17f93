"""Who has a seat and who waits: worked out from the order of arrival, never stored. Nothing here asks the database."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

OPEN = None  # the seats that are kept for nobody


@dataclass(frozen=True)
class Applicant:
    """Somebody who wants to come: the key of the sign-up, and the groups the person belongs to."""

    key: int
    groups: frozenset[Hashable] = frozenset()


@dataclass(frozen=True)
class Seating:
    """Keys of sign-ups in order of arrival; `waiting` is the waiting list, first come first."""

    seated: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()


@dataclass
class Hall:
    """Seats in pools, one for each group with a quota and the open one, and who sits where meanwhile."""

    room: dict[Hashable, int]
    sitting: dict[Hashable, list[Applicant]] = field(default_factory=dict)

    def pools_of(self, applicant: Applicant) -> list[Hashable]:
        """Return the pools in which the applicant may sit, those of own groups first."""
        return [pool for pool in self.room if pool in applicant.groups] + [OPEN]

    def place(self, applicant: Applicant, tried: set[Hashable]) -> bool:
        """Seat the applicant if there is a way, also by moving others to a pool that is theirs too; nobody loses."""
        for pool in self.pools_of(applicant):
            if pool in tried:
                continue
            tried.add(pool)
            sitting = self.sitting.setdefault(pool, [])
            if len(sitting) < self.room[pool]:
                sitting.append(applicant)
                return True
            for other in list(sitting):
                if self.place(other, tried):
                    sitting[sitting.index(other)] = applicant
                    return True
        return False


def share_seats(capacity: int, quotas: Mapping[Any, int]) -> dict[Hashable, int]:
    """Return seats by pool: the quotas in their order as far as the capacity goes, and OPEN what is left."""
    room: dict[Hashable, int] = {}
    for group, seats in quotas.items():
        room[group] = min(seats, capacity - sum(room.values()))
    return room | {OPEN: capacity - sum(room.values())}


def assign_seats(
    applicants: Iterable[Applicant], capacity: int | None, quotas: Mapping[Any, int] | None = None
) -> Seating:
    """Seat applicants in order of arrival; without a capacity everybody has a seat.

    Each gets a seat if all who have one before keep theirs: a kept seat of an own group first, else an open one.
    So a cancellation or a larger capacity moves people up and never costs anybody a seat (tests/activities/test_seats).
    """
    people = list(applicants)
    if capacity is None:
        return Seating(seated=tuple(person.key for person in people))
    hall = Hall(share_seats(capacity, quotas or {}))
    refused: set[tuple[Hashable, ...]] = set()  # for whom there was no seat, there is none later
    seated, waiting = [], []
    for person in people:
        pools = tuple(hall.pools_of(person))
        if pools not in refused and hall.place(person, set()):
            seated.append(person.key)
        else:
            refused.add(pools)
            waiting.append(person.key)
    return Seating(tuple(seated), tuple(waiting))
