"""Whom and which organisation a line of a roster means, and what is known of them: a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from accounts.encryption import blind_index_many, find_aliases
from accounts.models import User
from accounts.roles import Permission
from grids.models import Residence, Resident
from grids.search import people_of
from party.models import Exemption, Member, Membership, Organisation
from party.roster.reading import Line

Kind = Organisation.Kind


def list_branches(user: User, today: date) -> list[Organisation]:
    """Return the branches whose roster the user may bring: those she leads; a data administrator's whole street."""
    branches = Organisation.objects.current().filter(kind=Kind.BRANCH).select_related("community")
    leads = user.may(Permission.LEAD_PARTY)
    found = branches.led_by(user, today) if leads else branches.visible_to(user)
    return list(found.order_by("community__code", "name", "pk"))


def find_led(user: User, branches: list[Organisation], today: date) -> set[int]:
    """Return the keys of those branches of which the user may read who is a member: a secretary's are all hers."""
    if user.may(Permission.LEAD_PARTY):
        return {branch.pk for branch in branches}
    return set(Organisation.objects.led_by(user, today).filter(kind=Kind.BRANCH).values_list("pk", flat=True))


@dataclass
class Known:
    """What the register and the rosters say about all whom a file names."""

    branches: dict[str, list[Organisation]] = field(default_factory=dict)
    led: set[int] = field(default_factory=set)  # branches of which the user may read who is a member
    groups: dict[tuple[int, str], Organisation] = field(default_factory=dict)
    by_id: dict[bytes, Resident] = field(default_factory=dict)
    by_phone: dict[tuple[str, bytes], list[Resident]] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)  # by resident
    spells: dict[int, list[Membership]] = field(default_factory=dict)  # by member, in order
    exemptions: dict[int, Exemption] = field(default_factory=dict)  # of today, by member
    hashes: dict[int, tuple[bytes | None, bytes | None]] = field(default_factory=dict)  # of ID and phone, by id(line)

    def find_group(self, branch: Organisation, name: str) -> Organisation | None:
        """Return the group of a branch by its name, else by what follows the branch's in it if that is one only."""
        if group := self.groups.get((branch.pk, name)):
            return group
        prefix = squeeze(branch.name)
        wanted = name.removeprefix(prefix)
        found = [one for one in self.list_groups(branch) if squeeze(one.name).removeprefix(prefix) == wanted]
        return found[0] if wanted and len(found) == 1 else None

    def list_groups(self, branch: Organisation) -> list[Organisation]:
        """Return the groups of a branch by name."""
        found = [group for (parent, _name), group in self.groups.items() if parent == branch.pk]
        return sorted(found, key=lambda group: group.name)

    def find_residents(self, line: Line) -> list[Resident]:
        """Return who may be meant: by ID number; else by name and phone among those whose number is not known."""
        id_hash, phone_hash = self.hashes[id(line)]
        if id_hash and id_hash in self.by_id:
            return [self.by_id[id_hash]]
        namesakes = self.by_phone.get((line.values.get("name", ""), phone_hash), []) if phone_hash else []
        return [one for one in namesakes if not (id_hash and one.id_hash)]


def learn(lines: list[Line], branches: list[Organisation], user: User, today: date) -> Known:
    """Return what is known of the people and organisations that the lines name."""
    known = Known(led=find_led(user, branches, today))
    for branch in branches:
        known.branches.setdefault(squeeze(branch.name), []).append(branch)
    groups = Organisation.objects.current().filter(parent__in=branches, kind=Kind.GROUP)
    known.groups = {(group.parent_id, squeeze(group.name)): group for group in groups}  # type: ignore[misc]
    find_people(known, lines, user)
    residents = {one.pk for one in known.by_id.values()} | {
        one.pk for people in known.by_phone.values() for one in people
    }
    known.members = {member.resident_id: member for member in Member.objects.filter(resident__in=residents)}
    keys = [member.pk for member in known.members.values()]
    spells: dict[int, list[Membership]] = defaultdict(list)
    for spell in Membership.objects.exclude(since=F("until")).filter(member__in=keys).order_by("since", "pk"):
        spells[spell.member_id].append(spell)
    known.spells = spells
    lasting = Exemption.objects.filter(Q(until=None) | Q(until__gt=today), member__in=keys)
    known.exemptions = {exemption.member_id: exemption for exemption in lasting}
    return known


def find_people(known: Known, lines: list[Line], user: User) -> None:
    """Look up the residents of the user's communities whom the lines may mean; somebody elsewhere is not found (R9)."""
    ids = blind_index_many((line.values.get("id_number", "") for line in lines), purpose="id_number")
    phones = blind_index_many((line.values.get("phone", "") for line in lines), purpose="phone")
    known.hashes = {id(line): pair for line, pair in zip(lines, zip(ids, phones, strict=True), strict=True)}
    here = people_of(user)
    same = find_aliases((line.values.get("id_number", "") for line in lines), purpose="id_number")
    known.by_id = {same[bytes(one.id_hash)]: one for one in fetch(here.filter(id_hash__in=same))}  # type: ignore[arg-type]
    unmet = [line for line in lines if not known.hashes[id(line)][0] or known.hashes[id(line)][0] not in known.by_id]
    kept = {phone[:3] + phone[-4:] for line in unmet if (phone := line.values.get("phone"))}
    same = find_aliases((line.values.get("phone", "") for line in unmet), purpose="phone")
    for one in fetch(here.filter(phone_kept__in=kept, phone_hash__in=same)):
        known.by_phone.setdefault((one.name, same[bytes(one.phone_hash)]), []).append(one)  # type: ignore[arg-type]


def fetch(people: Iterable[Resident]) -> Iterable[Resident]:
    """Return residents with what matching needs: no numbers, and whether the register knows of a death."""
    died = Residence.objects.filter(resident=OuterRef("pk"), end_reason=Residence.EndReason.DIED)
    lives = Residence.objects.filter(resident=OuterRef("pk"), until=None)
    found = people.annotate(has_died=Exists(died), lives_here=Exists(lives))  # type: ignore[attr-defined]
    return found.only("name", "birth_date", "id_hash", "phone_hash", "community_id")


def squeeze(name: str) -> str:
    """Return a name without white space, as the reader of cells gives it."""
    return "".join(name.split())
