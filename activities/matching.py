"""Finding residents for the names of a list: pasted, or read from a sign-in sheet. Always within one's communities."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db.models import Q

from accounts.encryption import blind_index_many, find_aliases, tail_indexes
from accounts.models import User
from activities.attendance import find_whereabouts
from grids.cleaning import HAN, CellRefused, Remark, clean_name
from grids.masking import keep_phone
from grids.models import Resident
from grids.search import people_of, with_places
from grids.vocabulary import fold

LIST_LIMIT = 500  # names: the biggest hall of a street
SEPARATORS = re.compile(r"[、，,;；|/\\()（）\[\]【】<>《》\t\n\r]+")
LIST_NUMBER = re.compile(r"^\s*[0-9]{1,3}\s*[.．、)）:：]\s*")
LABELS = re.compile(r"(?:手机号码|手机尾号|手机号|手机|联系电话|电话|尾号|后四位|身份证号|身份证|姓名)\s*[:：]?")
BULLETS = dict.fromkeys(map(ord, "*•●○◦▪■□☑✓√"), " ")
SINGLE = re.compile(f"[{HAN}]")
WORD = re.compile(r"[0-9][0-9-]*[Xx]?|[^\s0-9]+")


@dataclass(frozen=True)
class Entry:
    """Somebody of a list: the name as written, and what else the list says. `place` is where in the list."""

    name: str
    tail: str = ""
    phone: str = ""
    id_number: str = ""
    grid: str = ""
    place: str = ""

    @property
    def phone_tail(self) -> str:
        """The last four digits by which an outsider is told apart."""
        return (self.phone[-4:] or self.tail) if (self.phone[-4:] or self.tail).isdigit() else ""


@dataclass
class Match:
    """An entry and who it can be. `is_sure` when nobody has to choose; `gone` had died or moved out by that day."""

    entry: Entry
    people: list[Resident] = field(default_factory=list)
    is_sure: bool = False
    gone: list[Resident] = field(default_factory=list)


@dataclass
class Review:
    """What became of a list, in its order: found, to be chosen, gone, and unknown. `problems` are about the list."""

    matches: list[Match] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def sure(self) -> list[Match]:
        """Those with one resident."""
        return [match for match in self.matches if match.is_sure]

    @property
    def open(self) -> list[Match]:
        """Those with several residents, or with one whom the number does not confirm."""
        return [match for match in self.matches if match.people and not match.is_sure]

    @property
    def gone(self) -> list[Match]:
        """Those who only fit somebody that did not live here any more."""
        return [match for match in self.matches if match.gone and not match.people]

    @property
    def unknown(self) -> list[Match]:
        """Those whom the register does not know."""
        return [match for match in self.matches if not match.people and not match.gone]


# The text of a list


def read_names(text: str) -> tuple[list[Entry], list[str]]:
    """Return the entries of a pasted text, and the pieces that are no names.

    Names are parted by marks, lines or white space; a number belongs to the name before it.
    """
    entries: list[Entry] = []
    odd: list[str] = []
    for line in unicodedata.normalize("NFKC", text.replace("\0", "").replace("、", "\n")).splitlines():
        for piece in SEPARATORS.split(LABELS.sub(" ", LIST_NUMBER.sub("", line))):
            for token in split_piece(piece):
                take(token, entries, odd)
    return list(dict.fromkeys(entries)), odd


def split_piece(piece: str) -> Iterator[str]:
    """Yield names and numbers of a piece."""
    words = WORD.findall(piece.translate(BULLETS))
    for kind, group in groupby(words, key=kind_of):
        run = list(group)
        if kind == "latin":
            yield " ".join(run)
        elif kind == "single":
            yield from join_singles(run)
        else:
            yield from run


def kind_of(word: str) -> str:
    """Return what a word is: Latin letters, a single Chinese character, a number, or a name."""
    if word[0].isdigit():
        return "number"
    if word.isascii():
        return "latin"
    return "single" if SINGLE.fullmatch(word) else "name"


def join_singles(run: list[str]) -> Iterator[str]:
    """Yield the names in a run of single characters, as sheets stretch them: 张 三, 欧 阳 锋, 张 三 李 四."""
    while len(run) > 3:
        yield "".join(run[:2])
        run = run[2:]
    yield "".join(run)


def take(token: str, entries: list[Entry], odd: list[str]) -> None:
    """Add a name, or give a number to the name before it; a short number is only the list's counting."""
    if token[0].isdigit():
        number = token.replace("-", "").upper()
        if not entries or (len(number) < 4 and number.isdigit()):
            return
        entries[-1] = with_number(entries[-1], number)
        return
    try:
        name = clean_name(token)
    except CellRefused:
        odd.append(token)
        return
    entries.append(Entry(str(name.value if isinstance(name, Remark) else name)))


def with_number(entry: Entry, number: str) -> Entry:
    """Return the entry with a phone number, an ID number or the last four digits of either."""
    if re.fullmatch(r"1[0-9]{10}", number):
        return Entry(entry.name, entry.tail, number, entry.id_number)
    if re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return Entry(entry.name, entry.tail, entry.phone, number)
    return Entry(entry.name, number[-4:], entry.phone, entry.id_number)


# Who it is


def match_entries(user: User, entries: Iterable[Entry], day: date) -> Review:
    """Return who of the user's communities the entries can be; two hundred names take as many queries as one."""
    entries = list(entries)
    hashes = blind_index_many((entry.id_number for entry in entries), purpose="id_number")
    aliases = find_aliases((entry.id_number for entry in entries), purpose="id_number")
    found = find_candidates(user, {entry.name for entry in entries}, set(aliases))
    gone = find_whereabouts([person.pk for person in found], day).gone
    by_name: dict[str, list[Resident]] = defaultdict(list)
    by_id = {}
    for person in found:
        by_name[person.name].append(person)
        kept = bytes(person.id_hash or b"")
        person.id_hash = aliases.get(kept, kept)  # one hash a number, also while keys are exchanged
        by_id[person.id_hash] = person
    review = Review()
    for entry, id_hash in zip(entries, hashes, strict=True):
        owner = by_id.get(id_hash) if id_hash else None
        review.matches.append(judge(entry, [owner] if owner else by_name[entry.name], gone, id_hash))
    return review


def find_candidates(user: User, names: set[str], hashes: set[bytes]) -> list[Resident]:
    """Return all residents who bear one of the names or own one of the ID numbers, with where they live."""
    wanted = Q(name__in=names)
    if hashes:
        wanted |= Q(id_hash__in=hashes)
    return list(with_places(people_of(user).filter(wanted)).order_by("pk"))


def judge(entry: Entry, people: list[Resident], gone: set[int], id_hash: bytes | None) -> Match:
    """Return the match of an entry: sure when its number points to one person, or its name is one person's alone.

    Where the number speaks against all who bear the name, they are offered: phones change hands.
    """
    here = [person for person in people if person.pk not in gone]
    match = Match(entry, here, gone=[person for person in people if person.pk in gone])
    verdicts = {person.pk: weigh(person, entry, id_hash) for person in here}
    confirmed = [person for person in here if verdicts[person.pk] and all(verdicts[person.pk])]
    possible = [person for person in here if all(verdicts[person.pk])]
    if len(confirmed) == 1 or len(possible) == 1:
        match.people, match.is_sure = confirmed[:1] if len(confirmed) == 1 else possible, True
    elif possible:
        match.people = possible
    return match


def weigh(person: Resident, entry: Entry, id_hash: bytes | None) -> list[bool]:
    """Return what each fact beside the name says of the person; what the register does not know says nothing."""
    verdicts = []
    if entry.name != person.name:  # the owner of the ID number: it was perhaps copied from the line above
        verdicts.append(False)
    if id_hash and person.id_hash:
        verdicts.append(bytes(person.id_hash) == id_hash)
    if entry.phone and person.phone_kept:
        verdicts.append(person.phone_kept == keep_phone(entry.phone))
    if entry.tail and (person.phone_kept or person.id_tail is not None):
        verdicts.append(person.phone_kept.endswith(entry.tail) or person.id_tail in tail_indexes(entry.tail))
    if entry.grid:
        verdicts.append(fold(entry.grid) in (fold(person.grid.name), person.grid.code))
    return verdicts
