"""What a dashboard page is asked for: area, period and filters of the address, and for whose eyes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import Http404
from django.utils import timezone

from accounts.models import User
from accounts.roles import Permission
from indicators.areas import AreaRef
from indicators.detail import find_siblings
from indicators.periods import Period
from indicators.suppression import must_hide


@dataclass(frozen=True)
class Ask:
    """A question to a page. What a page answers is kept for all readers of one role and area (kept.py).

    So of the reader a page may use role and area, never the account: no "mine", no name.
    """

    area: AreaRef
    period: Period
    reader: User
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def hides(self) -> bool:
        """Whether small cells are hidden from the reader (counting rule 9)."""
        return must_hide(self.reader)

    @property
    def today(self) -> date:
        """The running day."""
        return timezone.localdate()

    @property
    def is_running(self) -> bool:
        """Whether the period is not over yet."""
        return self.period.end > self.today

    def find_family(self) -> list[AreaRef]:
        """Return the area, and where small cells are hidden those beside it: together they add up to a shown sum."""
        return find_siblings(self.area, self.period, self.reader) if self.hides else [self.area]

    def may(self, permission: Permission) -> bool:
        """Tell whether the reader holds a permission."""
        return self.reader.may(permission)

    def choose(self, name: str, codes: list[str]) -> str:
        """Return the filter of a name: one of the codes, the first when the address names none; 404 for nonsense."""
        chosen = self.filters.get(name, "") or codes[0]
        if chosen not in codes:
            raise Http404
        return chosen
