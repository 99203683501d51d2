"""A greenlet that fails where nobody waits for it is a line of the log, and never a printed traceback."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

NIK = "3515140508689990"
FAILS = f"""
from mpp.operations.running import logs, process
process.go_green()
import socket, eventlet
logs.configure()
near, far = socket.socketpair()

def fail():
    raise ValueError("Sri Wahyuni {NIK}")

def fail_when_told():
    near.recv(1)
    fail()

%s
"""
WAYS = {
    "by itself": "eventlet.spawn_n(fail); eventlet.sleep(0.01)",
    "after a time": "eventlet.spawn_after(0.01, fail); eventlet.sleep(0.05)",
    "when its descriptor can be read": "eventlet.spawn_n(fail_when_told); eventlet.sleep(0); far.send(b'x'); "
    "eventlet.sleep(0.01)",
    "of a pool": "eventlet.GreenPool().spawn(fail); eventlet.sleep(0.01)",
}


@pytest.mark.parametrize("way", WAYS)
def test_what_ended_a_greenlet_is_told_without_its_text(way: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FAILS % WAYS[way]], capture_output=True, text=True, check=True
    )
    (line,) = (json.loads(line) for line in done.stderr.splitlines())
    assert (line["event"], line["error"], line["place"].split()[-1]) == ("greenlet.failed", "ValueError", "fail")
    assert not done.stdout
