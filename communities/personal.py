"""The words in which each app declares the personal data it keeps (its personal_data.py) and until when (retention.py).

Knows no model: models are named "app.Model", fields by names with blanks between. Who collects the declarations:
privacy/processing.py and privacy/retention.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Basis(models.TextChoices):
    """Why it may be kept at all: the grounds of the Personal Information Protection Law, article 13, in our words."""

    CONSENT = "consent", _("本人（14 岁以下由监护人）同意")
    DUTY = "duty", _("社区依法履行服务居民的职责所必需")
    LAW = "law", _("法律要求留存")
    STAFF = "staff", _("工作人员管理所必需")


class Category(models.TextChoices):
    """How carefully it must be kept."""

    BASIC = "basic", _("基本信息")
    SENSITIVE = "sensitive", _("敏感信息")
    CHILD = "child", _("儿童信息")


class Fate(StrEnum):
    """What becomes of rows when the person they name asks for deletion and no longer lives here."""

    DELETE = "delete"
    STRIP = "strip"  # what identifies is taken out, what is counted stays
    KEEP = "keep"


@dataclass(frozen=True)
class Holding:
    """Fields of one model that say something about a person, and why they are kept.

    `rule` is the code of the retention rule, `seen_by` the permission that shows them. `person` leads from a row to the
    resident whom it is about ("volunteer__resident"); "" where no resident of the register is meant.
    """

    model: str
    fields: str
    purpose: str | Promise
    basis: Basis
    category: Category
    rule: str
    seen_by: str
    person: str = ""
    fate: Fate = Fate.KEEP

    @property
    def names(self) -> list[str]:
        """The names of the fields."""
        return self.fields.split()

    @property
    def paths(self) -> list[str]:
        """The ways from a row to the resident; a row that names two kinds of people has two, with | between."""
        return [path for path in self.person.split("|") if path]


@dataclass(frozen=True)
class Sealed:
    """A column that is encrypted, and the columns that hold keyed hashes of the same text.

    `purpose` binds the ciphertext to its place. With `document`, the column is the JSON of a row as PostgreSQL writes
    it, and `field` one of its keys; hashes are keys beside it.
    """

    model: str
    field: str
    purpose: str
    hashed: str = ""
    hash_purpose: str = ""
    tail: str = ""
    document: str = ""


@dataclass(frozen=True)
class Hashed:
    """A column of keyed hashes whose texts are kept nowhere: they stay under the key they were made with."""

    model: str
    field: str
    what: str | Promise


@dataclass(frozen=True)
class Rule:
    """How long something is kept. `count` tells how many rows are due today, `apply` deletes them and says how many.

    A rule without the two says why nothing is deleted by itself.
    """

    code: str
    what: str | Promise
    kept: str | Promise
    why: str | Promise
    count: Callable[[], int] | None = None
    apply: Callable[[], int] | None = None
