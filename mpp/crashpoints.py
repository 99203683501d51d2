"""Named places where a process may die; a test installs a hook that kills it there.

Every boundary between two systems (database commit, broker confirm, acknowledgement) has a point on each side, so
that a test can enumerate `POINTS`, crash at each one, restart, and check that nothing was lost or done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

POINTS = (
    "command.before_commit",
    "command.after_commit",
    "relay.before_publish",
    "relay.after_publish",  # sent, not yet confirmed
    "relay.after_confirm",  # confirmed, not yet marked
    "relay.after_mark",
    "inbox.before_effect",
    "inbox.before_commit",
    "inbox.after_commit",  # committed, not yet acknowledged
    "failure.before_commit",
    "failure.after_commit",  # failure stored, not yet acknowledged
    "retry.after_claim",  # attempt counted, effect not yet begun
    "retry.before_commit",
    "retry.after_commit",
    "dead.before_commit",
    "dead.after_commit",  # stored as dead (undecodable, or from the dead-letter queue), not yet acknowledged
)
# Those of a message to a citizen, whose other side is a provider and not the broker.
MESSAGE_POINTS = (
    "message.begun",  # a try is on record, nothing is sent yet
    "message.handed_over",  # the provider has answered, which is not on record yet
    "message.recorded",
)

_hook: Callable[[str], None] | None = None


class Crash(BaseException):
    """What a hook raises to die on the spot: no handler of ordinary errors may catch it."""


def reach(name: str) -> None:
    """Pass the point `name`: nothing happens unless a test installed a hook."""
    if _hook is not None:
        if name not in POINTS + MESSAGE_POINTS:
            raise ValueError(f"no such crash point: {name}")
        _hook(name)


@contextmanager
def hook(function: Callable[[str], None]) -> Iterator[None]:
    """Call `function` with the name of each point passed while the block runs."""
    global _hook
    before, _hook = _hook, function
    try:
        yield
    finally:
        _hook = before
