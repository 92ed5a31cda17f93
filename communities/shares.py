"""A share of what was due, in whole per cent: of periods kept. Figures of indicators: indicators/."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """How much of what was due was done on time; what is still open and what is exempt is left out."""

    on_time: int
    due: int

    @property
    def percent(self) -> int | None:
        """On-time share in whole per cent; None when nothing was due."""
        return round(100 * self.on_time / self.due) if self.due else None
