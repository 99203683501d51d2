"""What anybody may ask of the catalogue, and partners of the feed of events."""

from __future__ import annotations

from mpp.web.schemas.fields import Strict, Text
from services.gateway.api.requests.pages import long_limit
from services.gateway.feed.epochs.cursor import LONGEST, PATTERN

EVENT_TYPE = r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?"  # one type, or a prefix


class CatalogueQuery(Strict):
    """Which services."""

    collection = Text(max=32, pattern=r"[a-z_]+", example="permits")


class FeedQuery(Strict):
    """Events after a cursor."""

    after = Text(max=LONGEST, pattern=PATTERN, example="5f3a9c01-4711")
    type = Text(max=120, pattern=EVENT_TYPE, example="permits.permit.issued.v1")
    limit = long_limit()
