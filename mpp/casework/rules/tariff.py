"""What a service type costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class TariffRow:
    """The fee in whole rupiah from a date on."""

    valid_from: date
    amount: int
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the row is in force on a day, both ends included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
