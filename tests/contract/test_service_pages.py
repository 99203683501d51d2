"""docs/services/ says what the catalogue says."""

from __future__ import annotations

from pathlib import Path

from mpp.operations import region_files
from mpp.operations.commands.catalogue import rendered

PAGES = Path(__file__).parents[2] / "docs" / "services"


def test_the_pages_are_up_to_date() -> None:
    """Renew them with `mpp catalogue pages docs/services`."""
    catalogue = region_files.read("35.15", printing=False).catalogue
    committed = {path.name: path.read_text("utf-8") for path in PAGES.glob("*.md")}
    assert committed == rendered(catalogue)
