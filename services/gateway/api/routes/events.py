"""The pull feed for partners."""

from __future__ import annotations

from mpp.casework.refusals import FieldError, Refused
from mpp.json_values import optional_text, whole
from mpp.persistence.database import Database
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.web.schemas.pagination import malformed_cursor
from services.gateway.api.requests import examples
from services.gateway.api.requests.public import FeedQuery
from services.gateway.api.responses.events import EventPage
from services.gateway.feed import queries
from services.gateway.feed.keeping import KEPT

_HIGHEST = 2**63 - 1
_ROUNDS = 5


class Feed:
    """The endpoint of the feed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[Route]:
        """Events."""
        return [
            Route(
                "GET", "/api/v1/events", self.read, "events", "Public events after a cursor", "partners",
                {200: Produces("Events in the order of the feed, and the cursor to go on from", EventPage,
                               example=examples.EVENTS)},
                roles=("partner", "operator"), query=FeedQuery, refuses=(403, 410, 503),
                description=(
                    "Start without `after`, then always send the `next` of the last answer: no event is missed, and "
                    "none comes twice. `type` is one type or a prefix with `.*`. Events are kept 30 days; an older "
                    "cursor is 410, because events after it are gone."
                ),
            )
        ]  # fmt: skip

    def read(self, request: HttpRequest) -> HttpResponse:
        sent = optional_text(request.query, "after")
        after = int(sent or "0")
        if after > _HIGHEST:
            raise malformed_cursor("after")
        for _ in range(_ROUNDS):
            with self._database.transaction(request.deadline) as tx:
                if queries.number(tx) < queries.BATCH:
                    break
        with self._database.transaction(request.deadline) as tx:
            last, pruned = queries.bounds(tx)
            if after > last:
                # A cursor of another mall, or from before a restore: following it would skip what comes next.
                raise malformed_cursor("after")
            if sent is not None and after < pruned:
                fields = [FieldError("after", "cursor_expired")]
                raise Refused(410, "feed_cursor_expired", params={"days": KEPT.days}, fields=fields)
            page = queries.page(tx, after, optional_text(request.query, "type"), whole(request.query, "limit"), last)
        return HttpResponse(200, {"items": page.events, "next": str(page.position), "more": page.more})
