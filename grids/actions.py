"""Writes on people of the register: who they are, where they live since when, their groups.

Merging two entries: merging.py. Showing what is masked: unmasking.py. Posts: posts.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.encryption import blind_index, blind_indexes, encrypt, tail_index
from accounts.models import User
from grids.cleaning import birth_date_of, sex_of
from grids.elsewhere import find_registered
from grids.masking import keep_phone
from grids.models import (
    Appointment,
    Building,
    Grid,
    GroupMembership,
    Household,
    PopulationGroup,
    Residence,
    Resident,
)
from grids.pinyin import initials

EndReason = Residence.EndReason


@dataclass(frozen=True)
class Door:
    """Where somebody lives: a grid and, when known, building, unit and room."""

    grid: Grid
    building: str = ""
    unit: str = ""
    room: str = ""


class AlreadyRegistered(ValidationError):
    """Somebody has an entry: `resident` when `by` may know of it, None when it is elsewhere (rule R9)."""

    def __init__(self, field: str, words: str, resident: Resident | None = None) -> None:
        super().__init__({field: words})
        self.resident = resident


# --- A person


@transaction.atomic
def add_resident(
    *,
    name: str,
    door: Door,
    since: date,
    by: User,
    id_number: str = "",
    phone: str = "",
    sex: int | None = None,
    birth_date: date | None = None,
    groups: Iterable[PopulationGroup] = (),
    **codes: str,
) -> Resident:
    """Register somebody who was not in the register, living behind the door since a day.

    `sex` and `birth_date` are needed without an ID number and told by it otherwise; `codes` are education, ethnic_group
    and occupation. Raises AlreadyRegistered when there is an entry already.
    """
    check_day(since, "since")
    check_grid(door.grid, by)
    person = Resident(community=door.grid.community, grid=door.grid, **codes)
    if sex is not None and birth_date is not None:
        person.sex, person.birth_date = sex, birth_date
    set_name(person, name)
    set_phone(person, phone)
    if id_number:
        set_id_number(person, id_number, by)
    else:
        refuse_namesake(person, by)
    if since < person.birth_date:
        raise ValidationError({"since": _("不能早于出生日期（%(day)s）。") % {"day": person.birth_date}})
    person.household = open_door(door)
    save_unique(person)
    Residence.objects.create(resident=person, grid=door.grid, since=since)
    GroupMembership.objects.bulk_create(GroupMembership(resident=person, group=group, since=since) for group in groups)
    audit(person, "resident.add", by, day=since, grid=door.grid.code)
    return person


@transaction.atomic
def edit_resident(
    resident: Resident,
    *,
    by: User,
    name: str = "",
    id_number: str = "",
    phone: str = "",
    forget_phone: bool = False,
    sex: int | None = None,
    birth_date: date | None = None,
    **codes: str,
) -> Resident:
    """Correct who somebody is. Blank leaves name, numbers, sex and birth date as they are; `codes` are taken as given.

    Sex and birth date follow the ID number where there is one. Raises AlreadyRegistered like add_resident().
    """
    person, _spells = lock_person(resident, by)
    before = {field.attname: getattr(person, field.attname) for field in Resident._meta.concrete_fields}
    if name:
        set_name(person, name)
    if phone or forget_phone:
        set_phone(person, phone)
    if id_number:
        set_id_number(person, id_number, by)
    elif person.id_hash is None:
        person.sex = sex if sex is not None else person.sex
        person.birth_date = birth_date or person.birth_date
    for code, value in codes.items():
        setattr(person, code, value)
    changed = sorted(name for name, value in before.items() if comparable(value) != comparable(getattr(person, name)))
    if changed:
        save_unique(person)
        audit(person, "resident.edit", by, fields=changed)
    return person


def set_name(person: Resident, name: str) -> None:
    """Set the name and the initials it is found under."""
    person.name, person.initials = name, initials(name)


def set_phone(person: Resident, phone: str) -> None:
    """Set or, with "", forget the mobile number."""
    if phone and bytes(person.phone_hash or b"") in blind_indexes(phone, purpose="phone"):
        return
    person.phone = encrypt(phone, purpose="phone") if phone else None
    person.phone_hash = blind_index(phone, purpose="phone") if phone else None
    person.phone_kept = keep_phone(phone)


def set_id_number(person: Resident, id_number: str, by: User) -> None:
    """Set the ID number with the sex and birth date it tells; refuse one that somebody else has."""
    known = blind_indexes(id_number, purpose="id_number")
    if bytes(person.id_hash or b"") in known:
        return
    refuse_registered(person, known, by)
    person.id_number = encrypt(id_number, purpose="id_number")
    person.id_hash = blind_index(id_number, purpose="id_number")
    person.id_kept, person.id_tail = id_number[:4] + id_number[-2:], tail_index(id_number)
    person.sex, person.birth_date = sex_of(id_number), birth_date_of(id_number)


def refuse_registered(person: Resident, hashes: list[bytes], by: User) -> None:
    """Raise AlreadyRegistered when somebody else has the ID number; where is said only within one's communities."""
    others = Resident.objects.visible_to(by).filter(id_hash__in=hashes).exclude(pk=person.pk)
    if known := others.first():
        raise AlreadyRegistered("id_number", _("这个身份证号已经登记，请看已有的这一位。"), known)
    if find_registered(hashes):
        raise AlreadyRegistered("id_number", _("已在其他单位登记"))


def refuse_namesake(person: Resident, by: User) -> None:
    """Refuse somebody without an ID number whose name and birth date are in the register already: a form sent twice."""
    namesakes = Resident.objects.visible_to(by).filter(name=person.name, birth_date=person.birth_date)
    if known := namesakes.first():
        words = _("已有同名、同出生日期的居民，请看是不是这一位。确实是另一人，请填身份证号。")
        raise AlreadyRegistered("name", words, known)


def save_unique(person: Resident) -> None:
    """Save; whoever registered the same ID number at the same moment has won."""
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        if person.id_hash is None:
            raise
        raise AlreadyRegistered("id_number", _("已在其他单位登记")) from None


def comparable(value: Any) -> Any:
    """Return a binary column as bytes, whether it was just read or just set."""
    return bytes(value) if isinstance(value, memoryview) else value


# --- Where somebody lives


@transaction.atomic
def move_within(resident: Resident, *, door: Door, day: date, by: User) -> Resident:
    """Move somebody to another door of one's communities: in another grid from `day` on, in the same one at once."""
    person, spells = lock_person(resident, by)
    check_grid(door.grid, by)
    spell = open_spell(spells)
    if door.grid.pk != spell.grid_id:
        check_day(day, "day")
        if day <= spell.since:
            raise ValidationError(
                {
                    "day": _("此人 %(since)s 才住进现在的网格，搬家日期要晚于这一天。如果网格登记错了，请用“更正”。")
                    % {"since": spell.since}
                }
            )
        end_spell(spell, day, EndReason.MOVED_WITHIN)
        Residence.objects.create(resident=person, grid=door.grid, since=day)
    old = person.grid.code
    settle(person, door)
    audit(person, "resident.move", by, day=day, before=old, after=door.grid.code)
    return person


@transaction.atomic
def move_out(resident: Resident, *, day: date, by: User) -> Resident:
    """Note that somebody left for elsewhere; `day` is the first day no longer here."""
    return depart(resident, day, EndReason.MOVED_OUT, by)


@transaction.atomic
def record_death(resident: Resident, *, day: date, by: User) -> Resident:
    """Note that somebody died on a day; from that day on the person is no longer counted."""
    return depart(resident, day, EndReason.DIED, by)


def depart(resident: Resident, day: date, reason: EndReason, by: User) -> Resident:
    """End the open spell, and with it the posts that the person holds as a resident."""
    person, spells = lock_person(resident, by)
    spell = open_spell(spells)
    check_day(day, "day", since=spell.since)
    end_spell(spell, day, reason)
    posts = 0
    for post in Appointment.objects.select_for_update().filter(resident=person, until=None):
        post.until = max(day, post.since)
        post.save(update_fields=["until"])
        posts += 1
    audit(person, f"resident.{reason}", by, day=day, grid=person.grid.code, posts_ended=posts)
    return person


@transaction.atomic
def correct_entry(resident: Resident, *, by: User) -> Resident:
    """Withdraw the open spell as entered in error: it ends on its first day and so covers none.

    When the person came by a move within one's communities, the move is undone: the spell before it goes on.
    """
    person, spells = lock_person(resident, by)
    spell = open_spell(spells)
    end_spell(spell, spell.since, EndReason.ERROR)
    before = spell_before(spells, spell, by)
    if before:
        reopen(before)
        settle(person, Door(before.grid))
    audit(person, "resident.correct", by, grid=spell.grid.code, since=spell.since, back_in=before and before.grid.code)
    return person


def spell_before(spells: list[Residence], spell: Residence, by: User) -> Residence | None:
    """Return the spell that a move within ended on the first day of this one, if its grid is one of `by`'s."""
    moved = [s for s in spells if s.end_reason == EndReason.MOVED_WITHIN and s.until == spell.since and s != spell]
    own = Grid.objects.visible_to(by).current()
    return next((s for s in moved if own.filter(pk=s.grid_id).exists()), None)


@transaction.atomic
def undo_departure(resident: Resident, *, by: User) -> Resident:
    """Withdraw a departure or death entered in error: the last spell goes on as if it had not ended."""
    person, spells = lock_person(resident, by)
    spell = last_departure(spells)
    if spell is None:
        raise ValidationError(_("没有可以撤销的迁出或去世登记。"))
    check_grid(spell.grid, by)
    reason = spell.end_reason
    reopen(spell)
    if spell.grid_id != person.grid_id:
        settle(person, Door(spell.grid))
    audit(person, "resident.undo_departure", by, grid=spell.grid.code, reason=reason)
    return person


def last_departure(spells: list[Residence]) -> Residence | None:
    """Return the spell by whose end somebody moved out or died, when nothing but errors came after it."""
    lived = [spell for spell in spells if spell.end_reason != EndReason.ERROR]
    gone = lived and lived[-1].until and lived[-1].end_reason in (EndReason.MOVED_OUT, EndReason.DIED)
    return lived[-1] if gone else None


@transaction.atomic
def return_resident(resident: Resident, *, door: Door, since: date, by: User) -> Resident:
    """Let somebody who had left live here again, from a day on."""
    person, spells = lock_person(resident, by)
    check_grid(door.grid, by)
    check_day(since, "since")
    if any(spell.until is None for spell in spells):
        raise ValidationError(_("此人现在就住在这里，换网格请用“搬家”。"))
    if any(spell.end_reason == EndReason.DIED for spell in spells):
        raise ValidationError(_("此人登记为去世。如果登记有误，请先到“更正”里撤销。"))
    ends = [spell.until for spell in spells if spell.until]
    taken = any(spell.since == since for spell in spells)
    if taken or (ends and since < max(ends)):
        raise ValidationError(
            {"since": _("迁回日期早于此人上次离开的日期，或这一天已有记录（%(day)s），请核对。") % {"day": max(ends)}}
        )
    Residence.objects.create(resident=person, grid=door.grid, since=since)
    settle(person, door)
    audit(person, "resident.return", by, day=since, grid=door.grid.code)
    return person


def lock_person(resident: Resident, by: User) -> tuple[Resident, list[Residence]]:
    """Return the person and the spells, oldest first, locked until the transaction ends."""
    people = Resident.objects.visible_to(by).select_for_update(of=("self",)).select_related("grid", "community")
    person = people.filter(pk=resident.pk).first()
    if person is None:
        raise ValidationError(_("此人已不在您负责的社区，请刷新后再看。"))
    spells = Residence.objects.select_for_update(of=("self",)).select_related("grid__community")
    return person, list(spells.filter(resident=person).order_by("since", "id"))


def open_spell(spells: list[Residence]) -> Residence:
    """Return the spell that has not ended."""
    spell = next((spell for spell in spells if spell.until is None), None)
    if spell is None:
        raise ValidationError(_("此人现在不住在这里，请先办理“迁回”。"))
    return spell


def end_spell(spell: Residence, day: date, reason: EndReason) -> None:
    """End a spell on its first day no longer."""
    spell.until, spell.end_reason = day, reason
    spell.save(update_fields=["until", "end_reason"])


def reopen(spell: Residence) -> None:
    """Let a spell go on as if it had not ended."""
    spell.until, spell.end_reason = None, ""
    spell.save(update_fields=["until", "end_reason"])


def settle(person: Resident, door: Door) -> None:
    """Set where the person lives now."""
    person.community, person.grid, person.household = door.grid.community, door.grid, open_door(door)
    person.save(update_fields=["community", "grid", "household"])


def open_door(door: Door) -> Household | None:
    """Return the household behind the door, made when it is new; None when only the grid is known."""
    if not (door.building and door.room):
        return None
    building, _new = Building.objects.get_or_create(grid=door.grid, name=door.building)
    return Household.objects.get_or_create(building=building, unit=door.unit, room=door.room)[0]


# --- Groups


@transaction.atomic
def join_group(resident: Resident, *, group: PopulationGroup, since: date, by: User) -> GroupMembership:
    """Count somebody to a group from a day on."""
    person, _spells = lock_person(resident, by)
    check_day(since, "since")
    spells = GroupMembership.objects.filter(resident=person, group=group)
    if spells.filter(until=None).exists():
        raise ValidationError({"group": _("此人已经属于“%(group)s”。") % {"group": group}})
    latest = spells.aggregate(latest=Max("until"))["latest"]
    if latest and since < latest:
        words = _("此人上一次属于该人群到 %(until)s 为止，请填这一天或以后。")
        raise ValidationError({"since": words % {"until": latest}})
    membership = GroupMembership.objects.create(resident=person, group=group, since=since)
    audit(person, "resident.join_group", by, group=group.code, day=since)
    return membership


@transaction.atomic
def leave_group(resident: Resident, *, group: PopulationGroup, until: date, by: User) -> GroupMembership:
    """Count somebody to a group no longer from a day on."""
    person, _spells = lock_person(resident, by)
    membership = GroupMembership.objects.select_for_update().filter(resident=person, group=group, until=None).first()
    if membership is None:
        raise ValidationError({"group": _("此人现在不属于“%(group)s”。") % {"group": group}})
    check_day(until, "until", since=membership.since)
    membership.until = until
    membership.save(update_fields=["until"])
    audit(person, "resident.leave_group", by, group=group.code, day=until)
    return membership


@transaction.atomic
def save_group(group: PopulationGroup, *, by: User) -> PopulationGroup:
    """Create or rename a population group; the catalogue is one for the whole portal."""
    new = group.pk is None
    if new:
        last = PopulationGroup.objects.order_by("-position").first()
        group.position = last.position + 1 if last else 1
    group.full_clean()
    group.save()
    record("group.create" if new else "group.rename", by=by, target=group, area_code=by.area_code, name=group.name)
    return group


# --- What all of them check


def check_day(day: date, field: str, since: date | None = None) -> None:
    """Refuse a day in the future, or before the spell it ends began."""
    if day > timezone.localdate():
        raise ValidationError({field: _("日期在将来，请核对。")})
    if since and day < since:
        raise ValidationError({field: _("日期早于开始日期 %(since)s，请核对。") % {"since": since}})


def check_grid(grid: Grid, by: User) -> None:
    """Refuse a grid that is not one of `by`'s, or is abolished; keep it from being abolished meanwhile."""
    if not Grid.objects.visible_to(by).current().filter(pk=grid.pk).select_for_update(no_key=True).first():
        raise ValidationError({"grid": _("这个网格不在您负责的社区，或已经撤销。")})


def audit(person: Resident, action: str, by: User, **detail: Any) -> None:
    """Append the deed to the audit log, under the community where the person lives now."""
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in detail.items()}
    record(action, by=by, target=person, area_code=person.community.code, **plain)
