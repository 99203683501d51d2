"""The pull feed for partners."""

from __future__ import annotations

from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.contracts import all_contracts
from mpp.hosting.seldom import Seldom
from mpp.json_values import optional_text, whole
from mpp.persistence.database import Database
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.web.schemas.pagination import malformed_cursor
from services.gateway.api.requests import examples
from services.gateway.api.requests.public import FeedQuery
from services.gateway.api.responses.events import EventPage
from services.gateway.feed import queries
from services.gateway.feed.epochs import queries as epochs
from services.gateway.feed.epochs.cursor import Cursor
from services.gateway.feed.epochs.queries import State
from services.gateway.feed.epochs.watch import Watch
from services.gateway.feed.keeping import KEPT

_ahead = Seldom("feed.cursor_ahead", 60.0)


class Feed:
    """The endpoint of the feed."""

    def __init__(self, database: Database, watch: Watch) -> None:
        self._database = database
        self._watch = watch

    def routes(self) -> list[Route]:
        """Events."""
        return [
            Route(
                "GET", "/api/v1/events", self.read, "events", "Public events after a cursor", "partners",
                {200: Produces("Events in the order of the feed, and the cursor to go on from", EventPage,
                               example=examples.EVENTS)},
                roles=("partner", "operator"), query=FeedQuery, refuses=(403, 410, 422, 503),
                description=(
                    "Start without `after`, then always send the `next` of the last answer: no event is missed, and "
                    "none comes twice. `type` is one type or a prefix with `.*`, or several with commas between; "
                    "`area` a place by its Kemendagri code, with all that lies in it. 410 where a cursor holds no "
                    "more: events are kept 30 days (`feed_cursor_expired`), or the mall was restored from an older "
                    "copy (`feed_epoch_over`, `feed_cursor_ahead`). Then go on from `resume`, where the problem has "
                    "one, else without `after`; events that you know by their `id` may come again."
                ),
            )
        ]  # fmt: skip

    def read(self, request: HttpRequest) -> HttpResponse:
        cursor, sought = _cursor(optional_text(request.query, "after")), _sought(request)
        state = self._watch.numbered(request.deadline)
        if cursor is not None and cursor.position > 0:
            self._check(cursor, state, request)
        after = 0 if cursor is None else cursor.position
        with self._database.transaction(request.deadline) as tx:
            _, pruned = queries.bounds(tx)
            if cursor is not None and after < pruned:
                raise Refused(410, "feed_cursor_expired", params={"days": KEPT.days}, fields=_field("cursor_expired"))
            page = queries.page(tx, after, sought, whole(request.query, "limit"), state.last)
        following = Cursor(state.epoch, page.position)
        return HttpResponse(200, {"items": page.events, "next": str(following), "more": page.more})

    def _check(self, cursor: Cursor, state: State, request: HttpRequest) -> None:
        """Raises Refused 410 for a cursor of another epoch, and for one that is ahead of all that was given out."""
        if cursor.epoch == state.epoch:
            if cursor.position > state.last:
                _ahead.warn(hint="restored without being noticed? mpp events new-epoch")
                raise Refused(410, "feed_cursor_ahead", fields=_field("cursor_ahead"))
            return
        with self._database.transaction(request.deadline) as tx:
            place = epochs.resume_at(epochs.epochs(tx), cursor.epoch, cursor.position)
            _, pruned = queries.bounds(tx)
        known = place is not None and place >= pruned
        way_out = {"resume": str(Cursor(state.epoch, place or 0))} if known else {}
        raise Refused(410, "feed_epoch_over", params=way_out, fields=_field("cursor_of_another_epoch"))


def _sought(request: HttpRequest) -> queries.Sought:
    """Raises Refused 422 for a type that no event has: who waits for it would wait for ever."""
    types = tuple((optional_text(request.query, "type") or "").split(",")) if "type" in request.query else ()
    known = [type_ for type_, contract in all_contracts().items() if contract.classification == "public"]
    for wanted in types:
        prefix = wanted.removesuffix("*")
        if not any(type_ == wanted or (prefix != wanted and type_.startswith(prefix)) for type_ in known):
            raise invalid(FieldError("type", "unknown_event_type"))
    return queries.Sought(types, optional_text(request.query, "area"))


def _cursor(sent: str | None) -> Cursor | None:
    if sent is None:
        return None
    try:
        return Cursor.read(sent)
    except ValueError:
        raise malformed_cursor("after") from None


def _field(code: str) -> list[FieldError]:
    return [FieldError("after", code)]
