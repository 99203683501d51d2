"""docs/services/ says what the catalogue says."""

from __future__ import annotations

from pathlib import Path

import mpp.catalogue
from mpp import regions
from mpp.cases.recording.catalogue_hosts import hosts
from mpp.operations.commands.catalogue import rendered
from mpp.operations.region_files import shipped_catalogues

PAGES = Path(__file__).parents[2] / "docs" / "services"


def test_the_pages_are_up_to_date() -> None:
    """Renew them with `mpp catalogue pages docs/services`."""
    catalogue = mpp.catalogue.load(shipped_catalogues(), offices=regions.load("35.15").offices, hosts=hosts())
    committed = {path.name: path.read_text("utf-8") for path in PAGES.glob("*.md")}
    assert committed == rendered(catalogue)
