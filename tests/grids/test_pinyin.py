"""Pinyin initials: everyday names, surnames with a reading of their own, and other scripts."""

import os
import string
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grids import pinyin
from grids.pinyin import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("王秀英", "wxy"),
        ("欧阳秀英", "oyxy"),
        ("阿依古丽·买买提", "ayglmmt"),
        ("John Smith", "js"),
        ("John F. Smith", "jfs"),
        ("O'Brien", "o"),
        ("Anne-Marie", "am"),
        ("Émile Zola", "ez"),
        ("李John", "lj"),
        ("張偉", "zw"),
        ("刘〇一", "lly"),
        ("", ""),
        ("李\ue000明", "lm"),
        ("김철수", ""),
    ],
)
def test_initials_of_a_name(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("单田芳", "stf"),
        ("單田芳", "stf"),
        ("仇英", "qy"),
        ("曾国藩", "zgf"),
        ("解缙", "xj"),
        ("查良镛", "zly"),
        ("区小明", "oxm"),
        ("任华", "rh"),
        ("盖叫天", "gjt"),
        ("朴树", "ps"),
        ("翟志刚", "zzg"),
        ("尉迟恭", "ycg"),
        ("尉健行", "wjx"),
        ("万俟明", "mqm"),
        ("万明", "wm"),
        ("长孙明", "zsm"),
        ("单于明", "cym"),
        ("單于明", "cym"),
        ("尉遲恭", "ycg"),
        ("萬俟明", "mqm"),
        ("長孫明", "zsm"),
        ("澹台明", "ttm"),
        ("澹臺明", "ttm"),
        ("缪明", "mm"),
        ("员明", "ym"),
        ("乐明", "ym"),
        ("种明", "cm"),
        ("折明", "sm"),
        ("秘明", "bm"),
        ("冼星海", "xxh"),
        ("洗明", "xm"),
        ("谌明", "cm"),
        ("隗明", "wm"),
        ("郇明", "xm"),
        ("覃明", "qm"),
        ("召明", "sm"),
        ("祭明", "zm"),
        ("繁明", "pm"),
        ("句明", "gm"),
        ("都明", "dm"),
        ("么明", "ym"),
        ("石明", "sm"),
    ],
)
def test_surname_with_a_reading_of_its_own(name, letters):
    assert initials(name) == letters


def test_surname_reading_holds_at_the_beginning_only():
    assert initials("王单") == "wd"
    assert initials("查克·诺里斯") == "cknls"


@pytest.mark.parametrize(("name", "letters"), [("李晟", "ls"), ("王长江", "wcj")])
def test_character_that_names_read_otherwise(name, letters):
    assert initials(name) == letters


@pytest.mark.parametrize("surname", pinyin.SURNAME_INITIALS)
def test_every_surname_of_the_table_needs_its_entry(surname):
    assert pinyin.Initials()[ord(surname)] != pinyin.SURNAME_INITIALS[surname]


@given(st.text(max_size=20))
def test_initials_are_small_letters_only(name):
    assert set(initials(name)) <= set(string.ascii_lowercase)


def test_pinyin_needs_no_django_and_no_table_of_phrases():
    script = (
        "import sys\n"
        "from grids.pinyin import initials\n"
        "initials('王秀英')\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "assert 'django' not in loaded\n"
        "assert 'pypinyin.phrases_dict' not in sys.modules\n"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYPINYIN")}
    root = Path(pinyin.__file__).parent.parent
    subprocess.run([sys.executable, "-c", script], cwd=root, env=clean, check=True)
