"""The words of the audit log: whatever is written into it can be read."""

import ast
import re

import pytest
from django.conf import settings

from accounts.deeds import DEEDS, KEYS, VALUES, WORDS, describe_action, describe_detail, describe_object, describe_value
from accounts.pages import PAGES
from grids.unmasking import Field, Purpose
from tests.access import list_addresses
from tests.test_ladder import LADDER

CODE = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*){1,2}")
WRITERS = re.compile(r"\b(record|audit|note|append|write_down|note_look|record_of_system|save)\w*\(")

NO_DEEDS = {"party.pledges", "party.roster", "party.roster.plan"}  # salts and keys of sessions


def find_codes():
    """Return the texts in our source that look like the code of a deed and begin like one that has words."""
    beginnings = {code.partition(".")[0] for code in WORDS}
    for app in LADDER:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if "migrations" in path.parts or path.name in ("deeds.py", "history.py") or not WRITERS.search(source):
                continue
            texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
            for text in texts:
                if isinstance(text, str) and CODE.fullmatch(text) and text.partition(".")[0] in beginnings:
                    yield text


def find_calls():
    """Return the codes written out in calls of record() anywhere."""
    for app in LADDER:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                named = isinstance(node, ast.Call) and getattr(node.func, "id", "").startswith("record")
                if named and node.args and isinstance(node.args[0], ast.Constant):
                    yield node.args[0].value


def test_every_deed_has_words():
    codes = {*find_codes(), *find_calls()}
    assert len(codes) > 100
    assert sorted(codes - set(WORDS) - NO_DEEDS) == []


@pytest.mark.parametrize("code", ["resident_export.download", "activity_template.add", "resident.died"])
def test_deeds_put_together_from_parts_have_words(code):
    assert code in WORDS


def test_no_deed_is_of_two_kinds():
    assert sum(len(deeds) for deeds in DEEDS.values()) == len(WORDS)


def test_site_deed_is_named_by_its_object():
    assert str(describe_action("grid.add")) == "新建：网格"


def test_unknown_deed_is_shown_by_its_code():
    assert describe_action("nobody.knows") == "nobody.knows"


@pytest.mark.parametrize(
    ("kind", "key", "words"),
    [
        ("resident", "7", "居民 7"),
        ("page", "grids:residents", "居民名单"),
        ("page", "party:x", "党建"),
        ("user", "", "用户"),
    ],
)
def test_object_is_named(kind, key, words):
    assert describe_object(kind, key) == words


def test_detail_is_read_without_codes():
    detail = {"field": "phone", "purpose": "call", "rows": 12, "active": True, "note": "", "fields": ["name", "phone"]}
    told = [(str(label), text) for label, text in describe_detail(detail)]
    assert told == [
        ("看了什么", "手机号"),
        ("用途", "电话联系"),
        ("行数", "12"),
        ("启用", "是"),
        ("改了什么", "name、phone"),
    ]


def test_detail_within_a_detail_is_read():
    assert describe_value("columns", {"rows": 3, "purpose": "visit"}) == "行数 3；用途 上门走访"


def test_words_of_looks_are_those_of_the_register():
    assert set(VALUES["field"]) == set(Field.values)
    assert {code: str(words) for code, words in VALUES["purpose"].items()} == dict(Purpose.choices)
    assert "page" in KEYS


def test_named_pages_exist():
    personal = {address.name for address in list_addresses() if address.access and address.access.personal}
    assert sorted(set(PAGES) - personal) == []
