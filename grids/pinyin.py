"""Pinyin initials of names, by which people are found while typing: 王秀英 is "wxy". No Django here."""

import os
import re
import string
import unicodedata
from functools import cache

# Surnames whose reading differs from the character's most common one. Only the first letter counts.
SURNAME_INITIALS = {
    "仇": "q",  # qiu
    "佴": "n",  # nai
    "区": "o",  # ou
    "區": "o",
    "单": "s",  # shan
    "單": "s",
    "召": "s",  # shao
    "句": "g",  # gou
    "折": "s",  # she
    "曾": "z",  # zeng
    "查": "z",  # zha
    "祭": "z",  # zhai
    "种": "c",  # chong
    "秘": "b",  # bi
    "繁": "p",  # po
    "翟": "z",  # zhai
    "覃": "q",  # qin
    "解": "x",  # xie
    "郇": "x",  # xun
    "隗": "w",  # wei
    "乐": "y",  # yue
    "樂": "y",
    "乜": "n",  # nie
    "么": "y",  # yao
    "阚": "k",  # kan
}
COMPOUND_SURNAME_INITIALS = {
    "尉迟": "yc",  # yuchi
    "尉遲": "yc",
    "万俟": "mq",  # moqi
    "萬俟": "mq",
    "长孙": "zs",  # zhangsun
    "長孫": "zs",
    "单于": "cy",  # chanyu
    "單于": "cy",
    "澹台": "tt",  # tantai
    "澹臺": "tt",
}
# Characters that names read otherwise than the dictionary's first reading.
NAME_INITIALS = {
    "晟": "s",  # sheng
    "长": "c",  # chang
    "長": "c",
    "·": "",
}
LATIN_WORD = re.compile(r"([A-Za-zÀ-ɏ])(?:['’]?[A-Za-zÀ-ɏ])*")


@cache
def read_dictionary() -> dict[int, str]:
    """Return pypinyin's readings of single characters: code point -> "wáng,wàng", the most common first.

    Loaded with the first name, and without the table of phrases, which would cost 44 MB in every process.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict


class Initials(dict[int, str]):
    """Code point -> initial letter, "" for what has no reading; learns each character when it is first met."""

    def __missing__(self, code: int) -> str:
        # Decomposing takes the tone mark off a reading's first letter: ā is a and a macron.
        self[code] = unicodedata.normalize("NFD", read_dictionary().get(code, ""))[:1]
        return self[code]


LEARNT = Initials({ord(character): letter for character, letter in NAME_INITIALS.items()})
LEARNT |= {ord(letter): letter.lower() for letter in string.ascii_letters}


def initials(name: str) -> str:
    """Return the lower-case initials of a clean name: 欧阳秀英 "oyxy", 阿依古丽·买买提 "ayglmmt", John Smith "js"."""
    if LATIN_WORD.search(name):
        name = LATIN_WORD.sub(lambda word: unicodedata.normalize("NFD", word[1])[0], name)
    if "·" in name:  # a transliterated name has no Chinese surname
        return name.translate(LEARNT)
    head = COMPOUND_SURNAME_INITIALS.get(name[:2]) or SURNAME_INITIALS.get(name[:1], "")
    return head + name[len(head) :].translate(LEARNT)
