"""Hostile files, each sent to one of the readers in turn: refused in words or read harmlessly, with bounded memory."""

import pytest

from accounts.roles import Role
from tests.attack.archives import MAPS, PICTURES, WORKBOOKS
from tests.attack.files import READERS, judge_file, list_files, listening, read_megabytes, upload

SLOW = ("lying bomb", "nested archives")  # take long to make; readers meet the like in tests/imports
BOOKS = [name for name in WORKBOOKS if name not in SLOW]
SHEETS = [one for one in READERS if one.suffix == ".xlsx"]

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("attack")]


def check(arena, pairs):
    """Send files to readers; return what they achieved."""
    wrongs = []
    with listening() as (ear, secret):
        files = list_files(ear.address, secret)
        for reader, name in pairs:
            arena.enter(reader.actor)
            wrongs += [f"{reader.address} {name}: {wrong}" for wrong in judge_file(arena, reader, files[name](), ear)]
    return wrongs


def test_hostile_workbook_is_harmless(arena):
    turns = [(SHEETS[number % len(SHEETS)], name) for number, name in enumerate(BOOKS)]
    assert check(arena, sorted(turns, key=lambda pair: pair[0].actor)) == []


def test_workbook_that_asks_for_an_address_is_not_obeyed(arena):
    with listening() as (ear, secret):
        asking = [name for name in list_files(ear.address, secret) if name.endswith((" http:", " file:"))]
    assert len(asking) == 8
    turns = [(reader, name) for number, reader in enumerate(SHEETS) for name in asking[number % 4 :: 4]]
    assert check(arena, sorted(turns, key=lambda pair: pair[0].actor)) == []


def test_hostile_map_is_harmless(arena):
    reader = next(one for one in READERS if one.suffix == ".geojson")
    assert check(arena, [(reader, name) for name in MAPS]) == []


def test_hostile_picture_is_harmless(arena):
    reader = next(one for one in READERS if one.suffix == ".jpg")
    assert check(arena, [(reader, name) for name in PICTURES]) == []


def test_ear_hears_who_asks():
    import urllib.request

    with listening() as (ear, _secret):
        with pytest.raises(OSError):
            urllib.request.urlopen(ear.address, timeout=5)
        assert ear.heard == 1


def test_memory_is_measured():
    before = read_megabytes("VmHWM")
    filled = bytearray(80 * 2**20)
    assert read_megabytes("VmHWM") >= before
    assert len(filled) == 80 * 2**20


def test_honest_workbook_is_taken(arena):
    reader = next(one for one in READERS if one.address == "party:roster")
    arena.enter(Role.BRANCH_SECRETARY)
    content = arena.good_form("party:roster", "POST")["file"].content
    assert upload(arena, reader, content).response.status_code == 302
