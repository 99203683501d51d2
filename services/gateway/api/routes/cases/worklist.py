"""What is mine to do: the next tasks of every service, merged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from mpp.casework.refusals import Refused
from mpp.messaging.calls.rpc import ServiceUnavailable
from mpp.persistence.deadline import Deadline
from mpp.web.routing import Answer, Exchange, Produces, Route
from mpp.web.schemas.pagination import decode_cursor, encode_cursor, malformed_cursor
from services.gateway.api.backend import Backend, payload
from services.gateway.api.requests.schemas import PageQuery
from services.gateway.api.responses import cases as case_responses

Job = Callable[[], Any]
Together = Callable[[Sequence[Job]], list[Any]]
Position = list[Any]  # [due_at as ISO text or None, task id]

# A silent service may not make the clerk wait for the others as long as a command may take.
_SHARE = 0.4


class Worklist:
    """The fan-out. `together` runs jobs side by side and returns their results in order."""

    def __init__(self, backend: Backend, together: Together) -> None:
        self._backend = backend
        self._together = together

    def routes(self) -> list[Route]:
        """Worklist."""
        return [
            Route(
                "GET", "/api/v1/worklist", self.read, "worklist", "Open tasks of one's offices", "work",
                {200: Produces("Tasks, the most urgent first", case_responses.Worklist)}, query=PageQuery,
                description=(
                    "A service that does not answer is named under `unavailable`; its tasks come in a later page or "
                    "when the list is loaded again."
                ),
            )
        ]  # fmt: skip

    def read(self, exchange: Exchange) -> Answer:
        limit = exchange.query["limit"]
        after = _positions(exchange.query.get("cursor"), self._backend.services)
        deadline = Deadline.after(exchange.deadline.left() * _SHARE)
        names = list(self._backend.services)
        answers = self._together([self._job(n, exchange, limit, after.get(n), deadline) for n in names])
        for answer in answers:
            if isinstance(answer, Refused):
                raise answer
        heard = {n: a for n, a in zip(names, answers, strict=True) if a is not None}
        items, positions, more = merged(heard, after, limit)
        body = {
            "items": items,
            "next": encode_cursor(positions) if more else None,
            "unavailable": [n for n, a in zip(names, answers, strict=True) if a is None],
        }
        return Answer(200, body, {"Cache-Control": "private, no-store"})

    def _job(self, collection: str, exchange: Exchange, limit: int, after: Position | None, deadline: Deadline) -> Job:
        service = self._backend.services[collection].name
        request = payload(exchange, {"limit": limit, "after": after})

        def job() -> Any:
            try:
                answer = self._backend.once(service, "worklist", request, deadline, exchange.correlation_id)
            except ServiceUnavailable:
                return None
            except Refused as refused:
                return refused
            return answer["body"]

        return job


def merged(
    heard: Mapping[str, Mapping[str, Any]], after: Mapping[str, Position], limit: int
) -> tuple[list[dict[str, Any]], dict[str, Position], bool]:
    """The first `limit` tasks by (due_at, id), undated ones last; where each service goes on; whether there are more.

    `heard` has the `items` of each service, and whether it has `more`.
    """
    every = sorted(
        ((_order(item), name, item) for name, body in heard.items() for item in body["items"]),
        key=lambda entry: entry[:2],
    )
    kept = every[:limit]
    positions = dict(after)
    for _, name, item in kept:
        positions[name] = [item["due_at"], item["task_id"]]
    more = len(every) > limit or any(body.get("more") for body in heard.values())
    return [item for _, _, item in kept], positions, more


def _order(item: Mapping[str, Any]) -> tuple[bool, datetime | None, str]:
    due = item["due_at"]
    return (due is None, datetime.fromisoformat(due) if due else None, item["task_id"])


def _positions(cursor: str | None, services: Mapping[str, Any]) -> dict[str, Position]:
    if cursor is None:
        return {}
    found = decode_cursor(cursor)
    if not isinstance(found, dict) or not all(n in services and _is_position(p) for n, p in found.items()):
        raise malformed_cursor()
    return found


def _is_position(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    due, task = value
    if not isinstance(task, str) or not 0 < len(task) <= 64 or not task.isascii() or not task.isprintable():
        return False
    if due is None:
        return True
    if not isinstance(due, str):
        return False
    try:
        return datetime.fromisoformat(due).tzinfo is not None
    except ValueError:
        return False
