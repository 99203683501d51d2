"""What forms and assignments look up: offices, places, colleagues."""

from __future__ import annotations

from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.access.offices import KINDS
from mpp.web.schemas.fields import Choice, Text
from mpp.web.schemas.words import about
from services.gateway.api.requests.cases import OFFICE
from services.gateway.api.requests.pages import PageQuery

_REGION = r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?"


class OfficeQuery(PageQuery):
    """Which offices: `q` is part of the name or the beginning of the code."""

    q = Text(max=60, example="sukodono", metadata=about("Part of the name, or the beginning of the code"))
    kind = Choice(*KINDS, metadata=about("Only offices of this kind"))
    region = Text(
        max=13,
        pattern=_REGION,
        example="35.15.14",
        metadata=about("Only offices of this place, and of all that lies in it"),
    )


class RegionQuery(PageQuery):
    """Which places: those directly in `parent`, or, with `q` alone, all of the mall's region with that in the name."""

    parent = Text(
        max=8,
        pattern=r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2})?)?",
        example="35.15.14",
        metadata=about("The Kemendagri code of the place in which they lie, directly"),
    )
    q = Text(max=60, example="sukodono", metadata=about("Part of the name, or the beginning of the code"))


class ColleagueQuery(PageQuery):
    """Which accounts of the offices that one works at or supervises."""

    role = Choice(*CASE_ROLES)
    office = Text(max=64, pattern=OFFICE, example="dpmptsp")
