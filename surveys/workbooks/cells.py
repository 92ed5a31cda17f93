"""One cell of a result workbook as the fields of a form: option texts, numbers of options, separators, "other"."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from surveys.questionnaire import Kind, Option, Question

BLANKS = frozenset({"", "(空)", "(跳过)", "空", "跳过", "-", "—", "null", "none"})
SKIPPED = frozenset({"-2", "-3"})  # how some tools code what was passed over
TICKED = frozenset({"1", "是", "选中", "已选", "√", "✓", "✔", "true", "yes", "y"})
UNTICKED = frozenset({"0", "否", "未选中", "未选", "×", "✗", "false", "no", "n"})
SEPARATORS = ("┋", "\n", ";", "；", "|", "｜", "→", ">", "、", "，", ",", "+", "/", " ")
LABELLED = re.compile(r"^[A-Za-z0-9]{1,2}\s*[.．、)）:：]\s*(?=.)")
OPENERS = "〖[【（(:：-—"
CLOSERS = "〗]】）)"
REMARK = re.compile(r"[（(【\[〖].*?[）)】\]〗]|[:：_＿…]+$")
CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}.*$")
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−~〜∼", "-"))
PLACE = re.compile(r"第?\d{1,2}名?|-[123]")  # of an option in a ranking, or that it has none


def unify(text: str) -> str:
    """Return a text in plain signs: full-width ones made narrow, and one dash for all dashes and tildes."""
    return unicodedata.normalize("NFKC", text).translate(DASHES)


def plain(text: str) -> str:
    """Return a text as options are compared."""
    return re.sub(r"\s+", "", unify(text)).casefold().rstrip("。.;,")


def is_blank(text: str) -> bool:
    """Tell whether a cell says that nothing was answered."""
    return plain(text) in BLANKS


@dataclass(frozen=True)
class Chosen:
    """What a piece of a cell says: the code of an option, "" for none; the words beside "other".

    `unknown` is its text where that is no option by itself, decided about or not.
    """

    code: str
    words: str = ""
    unknown: str = ""


class OptionReader:
    """Reads the cells of one column, or of several of the same question.

    `texts` is how unknown texts were decided: text -> code of an option, "" for a blank.
    """

    def __init__(self, question: Question, cells: Iterable[str], texts: Mapping[str, str]) -> None:
        self.question, self.texts = question, texts
        self.by_text = {plain(option.code): option.code for option in question.options}
        if self.counts_positions(cells):
            self.by_text = {str(number): code for number, code in enumerate(question.option_codes, start=1)}
        self.by_text |= {plain(option.label): option.code for option in question.options}
        self.others = names_of(question.other) if question.other else frozenset()
        self.blanks = SKIPPED - self.by_text.keys()

    def counts_positions(self, cells: Iterable[str]) -> bool:
        """Tell whether a column holds the numbers of options, where our codes are others: then all of it is so read."""
        codes = set(self.question.option_codes)
        pieces = {piece for cell in cells if not is_blank(cell) for piece in re.split(r"[┋;；|,，、\s]+", plain(cell))}
        numbers = pieces - {""} - SKIPPED
        if not numbers or numbers <= codes or not all(piece.isascii() and piece.isdecimal() for piece in numbers):
            return False
        return all(1 <= int(piece) <= len(self.question.options) for piece in numbers)

    def read_one(self, text: str) -> Chosen:
        """Return what a text says that names one option; unknown ones as they were decided."""
        code = self.find(text)
        if code is None and (found := self.read_other(text)):
            return found
        if code is None and text in self.texts:
            decided = self.texts[text]
            is_other = self.question.other is not None and decided == self.question.other.code
            return Chosen(decided, words=text if is_other else "", unknown=text)
        return Chosen(code or "", unknown="" if code else text)

    def find(self, text: str) -> str | None:
        """Return the option of exactly this text, a letter or number before it left out."""
        key = plain(text)
        return self.by_text.get(key) or self.by_text.get(plain(LABELLED.sub("", text.strip()))) if key else None

    def read_other(self, text: str) -> Chosen | None:
        """Return "other" with the words behind it: 其他〖下棋〗."""
        other = self.question.other
        if other is None:
            return None
        for place in reversed(range(len(text))):  # the longest name: its own brackets are no words
            if text[place] in OPENERS and plain(LABELLED.sub("", text[:place].strip())) in self.others:
                words = text[place + 1 :].strip()
                return Chosen(other.code, words=words[:-1].strip() if words and words[-1] in CLOSERS else words)
        return Chosen(other.code) if plain(text) in self.others else None

    def read_several(self, text: str) -> list[Chosen]:
        """Return what a text says that names several options, by the separator under which most are known."""
        if self.find(text) or text in self.texts:
            return [self.read_one(text)]
        best = [self.read_one(text)]
        for separator in SEPARATORS:
            if separator not in text:
                continue
            pieces = [self.read_one(piece.strip()) for piece in text.split(separator) if piece.strip()]
            if pieces and rate(pieces) > rate(best):
                best = pieces
        return best

    def is_empty(self, text: str) -> bool:
        """Tell whether a cell says that nothing was chosen."""
        key = plain(text)
        return key in self.blanks or (is_blank(text) and key not in self.by_text)


def rate(pieces: list[Chosen]) -> float:
    """Return how well a cell was understood: the share of pieces that are options."""
    return sum(bool(piece.code) for piece in pieces) / len(pieces)


def names_of(other: Option) -> frozenset[str]:
    """Return the texts that mean "other"."""
    return frozenset({plain(other.label), plain(REMARK.sub("", other.label)), plain("其他"), plain("其它")}) - {""}


def read_mark(option: Option, text: str) -> bool | None:
    """Tell whether the cell in an option's own column says that it was chosen; None when it says something else."""
    key = plain(text)
    if is_blank(text) or key in SKIPPED or key in UNTICKED:
        return False
    if key in TICKED or key in (plain(option.label), plain(option.code)):
        return True
    return True if option.is_other else None


def may_be_option(question: Question, option: Option, texts: Collection[str]) -> bool:
    """Tell whether a column of these texts, as plain() returns them, can be the own column of an option."""
    marks = TICKED | UNTICKED | SKIPPED | BLANKS | {plain(option.label), plain(option.code)}
    if question.kind == Kind.RANKING and all(text in BLANKS or PLACE.fullmatch(text) for text in texts):
        return True
    return option.is_other or marks.issuperset(texts)


def read_plain(kind: str, text: str) -> str:
    """Return a number, day or text as a form would send it: a day without the time that some tools add."""
    return CLOCK.sub("", text) if kind == Kind.DATE else text
