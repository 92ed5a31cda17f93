"""What makes a password easy to guess here: words everybody uses, names in pinyin, rows of keys, each with a number."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from accounts.audit import record
from accounts.models import User
from accounts.sessions import end_sessions

WORDS = Path(__file__).with_name("common_passwords.txt")
STANDS_FOR = str.maketrans("@4031!$57|", "aaoeiisstl")
FEW_LETTERS = 3  # initials before a birthday


class CommonWordsValidator:
    """Refuses passwords that are nothing but listed words, or the account's own, beside digits and signs."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password of that kind."""
        words = list_words() | list_own_words(user)
        if any(is_made_of(letters, words) for letters in read_letters(password)) or is_initials_and_number(password):
            raise ValidationError(
                _(
                    "这个密码容易被猜到：它是常见的词、姓名拼音或键盘顺序加数字。请换成几个不相干的词，例如三样东西的名字。"
                ),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """Say what to do instead."""
        return _("不要用常见的词、姓名拼音或键盘顺序加数字；几个不相干的词连起来，好记又难猜。")


@cache
def list_words() -> frozenset[str]:
    """Return the listed words."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def list_own_words(user: Any) -> frozenset[str]:
    """Return the words that belong to an account: its names and its area's, as written and in pinyin."""
    texts = [getattr(user, "username", ""), getattr(user, "name", ""), str(getattr(user, "area", None) or "")]
    found = set()
    for text in filter(None, texts):
        syllables = [part.lower() for part in lazy_pinyin(text)]
        found |= {text.lower(), "".join(syllables), *syllables}
    return frozenset(re.sub(r"[\W\d_]", "", word) for word in found) - {""}


def read_letters(password: str) -> set[str]:
    """Return the letters of a password in lower case: as they stand, and with signs read as what they look like."""
    plain = unicodedata.normalize("NFKC", password).lower()
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    return {re.sub(r"[\W\d_]", "", text) for text in (plain, core.translate(STANDS_FOR))}


def is_made_of(letters: str, words: frozenset[str]) -> bool:
    """Tell whether the letters are words of the list one after another, or the same few again and again."""
    if len(set(letters)) <= 2:
        return True
    ends = {0}
    for end in range(1, len(letters) + 1):
        if any(start in ends and letters[start:end] in words for start in range(end)):
            ends.add(end)
    return len(letters) in ends


def is_initials_and_number(password: str) -> bool:
    """Tell whether a few letters stand before or after a number, as initials and a birthday do."""
    return bool(re.fullmatch(rf"[a-z]{{0,{FEW_LETTERS}}}\d+[a-z]{{0,{FEW_LETTERS}}}", password.lower()))


@transaction.atomic
def change_password(user: User, *, password: str, session_key: str | None) -> User:
    """Give the account the password it has chosen itself; all its other sessions end."""
    account = User.objects.select_for_update().get(pk=user.pk)
    account.set_password(password)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    end_sessions(account, keep=session_key)
    record("password.change", by=account, target=account, area_code=account.area_code)
    return account
