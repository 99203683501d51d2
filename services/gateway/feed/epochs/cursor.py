"""What a partner keeps: an epoch and the position that was read last in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

FIRST = "1"  # the epoch of cursors from before there were epochs: bare positions
PATTERN = r"([0-9a-f]{1,16}-)?[0-9]{1,19}"
LONGEST = 36
_HIGHEST = 2**63 - 1


@dataclass(frozen=True)
class Cursor:
    """Position 0 is before the first event, in whatever epoch.

    In the epoch of before there were any it is written as it was then: whoever keeps it as a number may go on.
    """

    epoch: str
    position: int

    def __str__(self) -> str:
        return str(self.position) if self.epoch == FIRST else f"{self.epoch}-{self.position}"

    @classmethod
    def read(cls, written: str) -> Cursor:
        """Raises ValueError for what is none."""
        if not re.fullmatch(PATTERN, written):
            raise ValueError("not a cursor")
        epoch, _, position = written.rpartition("-")
        if int(position) > _HIGHEST:
            raise ValueError("not a position")
        return cls(epoch or FIRST, int(position))
