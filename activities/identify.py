"""Whom a check-in means: the holder of a card, somebody ticked, or whoever bears a name and last four digits."""

from collections.abc import Iterable

from accounts.encryption import tail_indexes
from accounts.models import User
from activities.attendance import find_whereabouts
from activities.checkin_entries import Refusal, Result
from activities.codes import find_holders, read_card
from activities.models import Activity
from grids.masking import mask_name
from grids.models import Resident

NOBODY = 0  # the key of no resident


def identify(activity: Activity, results: Iterable[Result], by: User | None = None) -> None:
    """Enter into each result whom it means, or why that cannot be; with at most four queries.

    `by` is the member of staff at the door. A card speaks for itself; to tick somebody, staff must be able to find him.
    """
    rest = [result for result in results if not refuse_other_activity(activity, result)]
    identify_cards([result for result in rest if result.entry.code], activity)
    identify_ticked([result for result in rest if result.entry.resident], activity, by)
    identify_names([result for result in rest if result.entry.name], activity)
    place([result for result in rest if not result.refusal], activity)


def refuse_other_activity(activity: Activity, result: Result) -> bool:
    """Refuse what was meant for another activity's list, or a scan of its poster, and tell whether it was."""
    code = result.entry.code
    is_poster = "/arrive/" in code and f"/arrive/{activity.public_id}/" not in code
    if result.entry.activity not in (None, activity.pk) or is_poster:
        result.refusal = Refusal.OTHER_ACTIVITY
    return bool(result.refusal)


def identify_cards(results: list[Result], activity: Activity) -> None:
    """Find the holders of cards; of somebody registered elsewhere nothing more is said or kept (rule R9)."""
    holders = find_holders(read_card(result.entry.code) for result in results) if results else {}
    for result in results:
        holder = holders.get(read_card(result.entry.code))
        if holder is None:
            result.refusal = Refusal.UNKNOWN_CODE
        else:
            accept_own(result, holder, activity)


def identify_ticked(results: list[Result], activity: Activity, by: User | None) -> None:
    """Find those ticked by key."""
    keys = {result.entry.resident for result in results}
    known = Resident.objects.visible_to(by) if by else Resident.objects.all()
    people = known.in_bulk(keys) if keys else {}
    for result in results:
        accept_own(result, people.get(result.entry.resident), activity)


def accept_own(result: Result, person: Resident | None, activity: Activity) -> None:
    """Enter a resident of the activity's community; refuse anybody else."""
    if person is None or person.community_id != activity.community_id:
        result.refusal = Refusal.OTHER_COMMUNITY
    else:
        result.resident, result.name = person.pk, person.masked_name


def identify_names(results: list[Result], activity: Activity) -> None:
    """Find the one resident of the community with a name and last four digits, else enter a named outsider."""
    names = {result.entry.name for result in results}
    same_name: dict[str, list[Resident]] = {}
    for person in Resident.objects.filter(community=activity.community_id, name__in=names) if names else []:
        same_name.setdefault(person.name, []).append(person)
    for result in results:
        entry = result.entry
        found = [person for person in same_name.get(entry.name, []) if has_tail(person, entry.tail)]
        result.name = mask_name(entry.name)
        result.resident = found[0].pk if len(found) == 1 else None


def has_tail(person: Resident, tail: str) -> bool:
    """Tell whether the person's phone or ID number ends like this."""
    return bool(tail) and (person.phone_kept[3:] == tail or person.id_tail in tail_indexes(tail))


def place(results: list[Result], activity: Activity) -> None:
    """Give those who lived here on the day their grid, and refuse who had died or moved out.

    Who only typed a name is not told so, and counts as the outsider he or she then was. The same questions are asked
    for somebody whom nobody knows, so that the time of an answer at the door does not tell who is registered.
    """
    where = find_whereabouts((result.resident or NOBODY for result in results), activity.held_day)
    for result in results:
        if result.resident in where.grids:
            result.grid = where.grids[result.resident]
        elif result.entry.name:
            result.resident = None
        else:
            result.refusal = Refusal.GONE
