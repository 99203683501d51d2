"""How many files and sockets a process may have open."""

from __future__ import annotations

import os
import resource

_ENOUGH = 65_536  # some machines allow a thousand million, and libraries that walk through all of them


def raise_limit() -> int:
    """Let this process open as many files as its hard limit allows (65,536 at most); how many it may open now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):  # what there was must do
            return soft
    return limit()


def limit() -> int:
    """How many this process may open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _ENOUGH if soft == resource.RLIM_INFINITY else soft


def opened() -> int:
    """How many this process has open."""
    return len(os.listdir("/proc/self/fd"))


def connections_that_fit(most: int, kept: int) -> int:
    """How many connections this process may hold, at most `most`, when `kept` more descriptors are for other things.

    Half of what is free now: each connection may have a file of its own under way, a document that comes or goes.
    """
    return max(1, min(most, (limit() - opened() - kept) // 2))
