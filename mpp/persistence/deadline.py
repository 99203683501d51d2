"""How long an answer may still take, as one absolute moment that travels with the call."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Deadline:
    """`at` is in seconds since the epoch, so that it means the same in every process of the mall."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """The deadline that many seconds from now."""
        return cls(time.time() + seconds)

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.at - time.time())

    @property
    def expired(self) -> bool:
        return self.left() <= 0.0
