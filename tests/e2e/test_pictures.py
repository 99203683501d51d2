"""`make pictures`: what README and documentation show is what the command makes, no more and no less."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.browsing import missing

ROOT = Path(__file__).parents[2]
KEPT = {file.name for file in (ROOT / "docs" / "pictures").glob("*")}


def test_every_picture_is_shown_somewhere_and_every_one_that_is_shown_is_there() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = {name for page in pages for name in re.findall(r"pictures/([\w-]+\.png)", page.read_text())}
    assert shown == KEPT


def test_the_command_makes_them_all(tmp_path: Path) -> None:
    why = missing()
    if why is not None:
        assert os.environ.get("MPP_REQUIRE_BROWSER") != "1", why
        pytest.skip(why)
    command = [sys.executable, "-W", "ignore", "-m", "tests.e2e.pictures", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert {file.name for file in tmp_path.glob("*")} == KEPT
