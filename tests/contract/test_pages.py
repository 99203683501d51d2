"""What the pages point at is there: links between files, and the files that they name."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
FILE = re.compile(r"`((?:mpp|services|tests|docs|examples|deploy)/[\w/.-]+\.(?:py|md|yaml|yml))`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_every_named_file_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    links = [page.parent / target for target in LINK.findall(text) if "://" not in target]
    named = [ROOT / name for name in FILE.findall(text)]
    missing = [str(path) for path in links + named if not path.exists()]
    assert not missing, f"{page.name} points at what is not there"
