"""Reading a levy that is assessed and paid."""

from __future__ import annotations

from mpp.casework.rules.service_type import Levy
from mpp.catalogue.parse_series import read_series
from mpp.catalogue.parse_time import read_duration
from mpp.yaml_files import Section

LATE_PAYMENTS = ("accept", "review")


def read_levy(top: Section) -> Levy | None:
    """What is assessed and paid; None: nothing. Raises CatalogueError."""
    if not top.has("levy"):
        return None
    section = top.section("levy")
    found = Levy(
        read_series(section),
        read_duration(section, "due"),
        section.text("assess"),
        section.text("paid"),
        accepts_late=section.choice("late", LATE_PAYMENTS, "accept") == "accept",
    )
    section.done()
    return found
