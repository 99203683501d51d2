"""Child processes that cannot outlive us: the embedded PostgreSQL, and the brokers of the tests."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1


def _die_with_parent(signum: int) -> Callable[[], None] | None:
    """What the child runs between fork and exec, so that even a `kill -9` of the parent ends it.

    Linux only; elsewhere the child lives on and the next start finds and stops it.
    Loaded here, before the fork: importing between fork and exec can deadlock.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, signum)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return before_exec


def spawn(
    command: Sequence[str | Path],
    *,
    output: IO[bytes] | int = subprocess.DEVNULL,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: tuple[int, int] | None = None,
    death_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own (a Ctrl-C of our terminal is ours to pass on).

    `user` is (uid, gid) to become, without supplementary groups; only root may name one.
    """
    identity = {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
        # The kernel clears the death signal when the identity changes; preexec_fn runs after that.
        preexec_fn=_die_with_parent(death_signal),
        **identity,
    )


def stop(process: subprocess.Popen[bytes], steps: Sequence[tuple[int, float]]) -> None:
    """Send each (signal, seconds to wait) in turn until the process is gone; SIGKILL is the last resort."""
    for signum, seconds in (*steps, (signal.SIGKILL, 30.0)):
        if process.poll() is not None:
            return
        process.send_signal(signum)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
