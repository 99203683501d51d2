"""What is mine to do: the next tasks of every service, merged."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime

from mpp.cases.interface.methods import WORKLIST
from mpp.cases.interface.results import Task, Tasks
from mpp.cases.reading.asked import TaskPage, TaskPlace
from mpp.casework.refusals import FieldError, invalid
from mpp.catalogue import Catalogue
from mpp.json_values import optional_text, whole
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.web.schemas.pagination import decode_cursor, encode_cursor, malformed_cursor
from services.gateway.api.requests.cases import WorklistQuery
from services.gateway.api.responses.cases import Worklist as WorklistBody
from services.gateway.api.routes.results import UNKEPT
from services.gateway.backend import Backend

# A silent service may not make the clerk wait for the others as long as a command may take.
_SHARE = 0.4


class Worklist:
    """The endpoint, which asks every service."""

    def __init__(self, backend: Backend, catalogue: Catalogue) -> None:
        self._backend = backend
        self._catalogue = catalogue

    def routes(self) -> list[Route]:
        """Worklist."""
        return [
            Route(
                "GET", "/api/v1/worklist", self.read, "worklist", "Open tasks of one's offices", "work",
                {200: Produces("Tasks, the most urgent first", WorklistBody)}, query=WorklistQuery,
                refuses=(422,),
                description=(
                    "A service that does not answer is named under `unavailable`; its tasks come in a later page or "
                    "when the list is loaded again."
                ),
            )
        ]  # fmt: skip

    def read(self, request: HttpRequest) -> HttpResponse:
        limit, service = whole(request.query, "limit"), optional_text(request.query, "service")
        names = list(self._backend.services) if service is None else [self._host_of(service)]
        after = _places(optional_text(request.query, "cursor"), names)
        pages = {name: TaskPage(limit, after.get(name), service) for name in names}
        answers = self._backend.ask_each(names, WORKLIST, pages.__getitem__, request, _SHARE)
        heard = {n: a.result for n, a in zip(names, answers, strict=True) if a.result is not None}
        tasks, places, more = merged(heard, after, limit)
        body = {
            "items": [task.body for task in tasks],
            "next": encode_cursor({name: place.to_json() for name, place in places.items()}) if more else None,
            "unavailable": [name for name in names if name not in heard],
        }
        return HttpResponse(200, body, UNKEPT)

    def _host_of(self, service: str) -> str:
        """The collection that keeps cases of the service. Raises Refused 422."""
        found = next((kind for kind in self._catalogue.with_left_out() if kind.code == service), None)
        if found is None or found.collection not in self._backend.services:
            raise invalid(FieldError("service", "unknown_service"))
        return found.collection


def merged(
    heard: Mapping[str, Tasks], after: Mapping[str, TaskPlace], limit: int
) -> tuple[list[Task], dict[str, TaskPlace], bool]:
    """The first `limit` tasks by (due_at, id), undated ones last; where each collection goes on; whether there are
    more."""
    every = sorted(
        ((_order(task.place), name, task) for name, tasks in heard.items() for task in tasks.items),
        key=lambda entry: entry[:2],
    )
    kept = every[:limit]
    places = {**after, **{name: task.place for _, name, task in kept}}
    more = len(every) > limit or any(tasks.more for tasks in heard.values())
    return [task for _, _, task in kept], places, more


def _order(place: TaskPlace) -> tuple[bool, datetime | None, str]:
    due = place.due_at
    return (due is None, datetime.fromisoformat(due) if due else None, place.task_id)


def _places(cursor: str | None, names: Container[str]) -> dict[str, TaskPlace]:
    """Where each collection goes on. Raises Refused 400 for a cursor that is not of this list."""
    found = {} if cursor is None else decode_cursor(cursor)
    if not isinstance(found, Mapping) or not all(name in names for name in found):
        raise malformed_cursor()
    try:
        places = {name: TaskPlace.from_json(pair) for name, pair in found.items()}
    except ValueError as error:
        raise malformed_cursor() from error
    if not all(map(_could_be, places.values())):
        raise malformed_cursor()
    return places


def _could_be(place: TaskPlace) -> bool:
    task = place.task_id
    if not 0 < len(task) <= 64 or not task.isascii() or not task.isprintable():
        return False
    try:
        return place.due_at is None or datetime.fromisoformat(place.due_at).tzinfo is not None
    except ValueError:
        return False
