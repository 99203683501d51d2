"""What anybody may ask of the catalogue, and partners of the feed of events."""

from __future__ import annotations

from mpp.web.schemas.fields import Strict, Text
from mpp.web.schemas.words import about
from services.gateway.api.requests.pages import long_limit
from services.gateway.feed.epochs.cursor import LONGEST, PATTERN

AREA = r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?"
EVENT_TYPE = r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?"  # one type, or a prefix


class CatalogueQuery(Strict):
    """Which services."""

    collection = Text(max=32, pattern=r"[a-z_]+", example="permits")


class PageQuery(Strict):
    """In which language."""

    lang = Text(max=2, pattern="id|en", example="en")


_TYPES = rf"{EVENT_TYPE}(,{EVENT_TYPE}){{0,9}}"


class FeedQuery(Strict):
    """Events after a cursor."""

    after = Text(max=LONGEST, pattern=PATTERN, example="5f3a9c01-4711")
    type = Text(
        max=600,
        pattern=_TYPES,
        example="permits.permit.issued.v1,permits.levy.*",
        metadata=about("Types, or prefixes with `.*`, with commas between; left out: all"),
    )
    area = Text(max=13, pattern=AREA, example="35.15.14")
    limit = long_limit()
