"""The seed of this run: what is random in the tests derives from it, so that a failure can be met again."""

from __future__ import annotations

import os
import random

ASKED_FOR = os.environ.get("MPP_TEST_SEED")
SEED = int(ASKED_FOR) if ASKED_FOR else random.SystemRandom().randrange(1_000_000)


def chance(*name: object) -> random.Random:
    """Random numbers of this run; another name gives others."""
    return random.Random("/".join(map(str, (SEED, *name))))
