"""What the check finds."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """A broken promise."""

    promise: str
    where: str
