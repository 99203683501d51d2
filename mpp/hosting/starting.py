"""What a service needs before it can begin may be away for a while, or go away at that very moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 60.0  # seconds
_PAUSE = 1.0

Made = TypeVar("Made")


def awaited(
    make: Callable[[], Made],
    *away: type[Exception],
    told: Callable[[Exception], None],
    patience: float = PATIENCE,
) -> Made:
    """What `make` returns, tried again for `patience` seconds while it raises one of `away`, each time `told` of it.

    Raises the last one after that, and every other error at once. `make` may be called often.
    """
    until = time.monotonic() + patience
    while True:
        try:
            return make()
        except away as error:
            if time.monotonic() >= until:
                raise
            told(error)
        time.sleep(_PAUSE)
