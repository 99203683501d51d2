"""Journeys in a real browser: all files of `journeys` in one pytest of their own, at one mall."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.e2e.portal.seen import SEEN
from tests.support.browsing import missing
from tests.support.mall import Mall
from tests.support.page_rules import Parsed

FOLDER = Path(__file__).parent / "journeys"
JOURNEYS = sorted(file.stem for file in FOLDER.glob("*.py") if file.stem != "__init__")
PLAIN = ("--noconftest", "-p", "no:pytest_nameko", "-p", "tests.support.browsing", "-q", "-rf", "--tb=short")
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)  # has run: what it made is there


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest, shop: Mall, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What went wrong in each journey that is asked for: mostly nothing. Its pages are looked at with all others."""
    if (why := missing()) is not None:
        assert os.environ.get("MPP_REQUIRE_BROWSER") != "1", why
        pytest.skip(why)
    asked = {item.name for item in request.session.items if item.path == Path(__file__)}
    files = [str(FOLDER / f"{name}.py") for name in JOURNEYS if not asked or f"test_in_a_browser[{name}]" in asked]
    folder = tmp_path_factory.mktemp("seen")
    report = tmp_path_factory.mktemp("journeys") / "told.xml"
    environment = os.environ | {"MPP_PORTAL": shop.url, "MPP_SEEN": str(folder)}
    command = [sys.executable, "-m", "pytest", *PLAIN, f"--junitxml={report}", *files]
    done = subprocess.run(
        command, env=environment, cwd=FOLDER.parents[3], capture_output=True, text=True, timeout=550, check=False
    )
    assert report.exists(), done.stdout[-8000:] + done.stderr[-2000:]
    for page in map(json.loads, (file.read_text() for file in sorted(folder.iterdir()))):
        text = SCRIPT.sub("", page["text"])
        SEEN.note(page["where"], text, Parsed(text))
    return came_of(report)


def came_of(report: Path) -> dict[str, str]:
    """By file: what went wrong in it."""
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own
        journey = case.get("classname", "").rpartition(".")[2]
        wrong = [each.text or "" for each in case if each.tag in ("failure", "error")]
        found[journey] = found.get(journey, "") + "".join(f"{case.get('name')}: {text}\n" for text in wrong)
    return found


@pytest.mark.parametrize("journey", JOURNEYS)
def test_in_a_browser(journey: str, told: Mapping[str, str]) -> None:
    assert told[journey] == ""
