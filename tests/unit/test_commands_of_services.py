"""A service adds commands of its own to `mpp`; no other command pays for them."""

from __future__ import annotations

import subprocess

from mpp.hosting.definition import definitions
from tests.support.mall import MPP


def mpp(*words: str) -> str:
    return subprocess.run([MPP, *words], check=True, capture_output=True, text=True, cwd="/").stdout


def test_what_services_add_stands_in_the_help_and_runs() -> None:
    names = [group.name for definition in definitions().values() for group in definition.commands]
    assert names
    told = mpp("--help")
    for name in names:
        assert name in told
        assert mpp(name, "--help")
