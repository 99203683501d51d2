"""Journeys in a real browser: one pytest of its own for each file of `journeys`, all at one mall."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.browsing import missing
from tests.support.mall import Mall

FOLDER = Path(__file__).parent / "journeys"
JOURNEYS = sorted(file.stem for file in FOLDER.glob("*.py") if file.stem != "__init__")
PLAIN = ("--noconftest", "-p", "no:pytest_nameko", "-p", "tests.support.browsing", "-q", "-rf", "--tb=short")


@pytest.mark.parametrize("journey", JOURNEYS)
def test_in_a_browser(journey: str, shop: Mall) -> None:
    why = missing()
    if why is not None:
        assert os.environ.get("MPP_REQUIRE_BROWSER") != "1", why
        pytest.skip(why)
    command = [sys.executable, "-m", "pytest", *PLAIN, str(FOLDER / f"{journey}.py")]
    done = subprocess.run(
        command, env=os.environ | {"MPP_PORTAL": shop.url}, cwd=FOLDER.parents[3], capture_output=True, text=True,
        timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
