"""The worklist as a table for a spreadsheet: read whole before it is sent, so that nobody works with half of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.refusals import Refused
from mpp.clock import Clock
from mpp.json_values import Json, JsonObject, mapping, objects, optional_mapping, optional_text, text
from mpp.persistence.audit.trail import record
from mpp.persistence.database import Database
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.cases import WorklistExportQuery
from services.gateway.api.routes.cases.worklist import Worklist
from services.gateway.api.routes.results import DOWNLOAD

MOST_ROWS = 2_000  # more than an office can look through; whoever needs others narrows it by a filter
_PAGE = 100
_CSV = "text/csv; charset=utf-8"
_MARK = "\ufeff"  # of UTF-8: without it Excel reads another encoding
_HEAD = (
    "Kode berkas", "Layanan", "Tahap", "Kantor", "Peran", "Dipegang", "Pemohon (disamarkan)", "Masuk", "Jatuh tempo",
    "Terlambat",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class WorklistExport:
    """The endpoint."""

    def __init__(self, worklist: Worklist, database: Database, clock: Clock) -> None:
        self._worklist = worklist
        self._database = database
        self._clock = clock

    def routes(self) -> list[Route]:
        """One file."""
        return [
            Route(
                "GET", "/api/v1/worklist/export", self.export, "export_worklist", "Open tasks as CSV", "work",
                {200: Produces("A table, in UTF-8 with its mark", media="text/csv", headers=("Content-Disposition",))},
                query=WorklistExportQuery, refuses=(422, 503),
                description=f"The tasks of the worklist, at most {MOST_ROWS}, the most urgent first; applicants are "
                            "masked. A cell that a spreadsheet would calculate begins with an apostrophe. Each export "
                            "is on record. 503 where a service does not answer: half a table would be read as whole.",
            )
        ]  # fmt: skip

    def export(self, request: HttpRequest) -> HttpResponse:
        now, rows = self._clock.now(), self._rows(request)
        assert request.actor is not None, "the route asks for a token"
        with self._database.transaction(request.deadline) as tx:
            record(
                tx,
                at=now,
                actor=request.actor,
                office=request.actor.office_for(*CASE_ROLES),
                action="worklist_exported",
                details={"filters": dict(request.query), "rows": len(rows)},
                correlation_id=request.correlation_id,
            )
        name = f"daftar-kerja-{now:%Y-%m-%d}.csv"
        headers = {**DOWNLOAD, "Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(200, headers=headers, media=_CSV, content=_lines(rows, now))

    def _rows(self, request: HttpRequest) -> list[JsonObject]:
        found: list[JsonObject] = []
        cursor: str | None = None
        while True:
            page = self._worklist.page(request, cursor, _PAGE)
            if page["unavailable"]:
                raise Refused(503, "service_unavailable", params={"service": str(page["unavailable"])})
            found += objects(page, "items")
            cursor = optional_text(page, "next")
            if cursor is None or len(found) >= MOST_ROWS:
                return found[:MOST_ROWS]


def _lines(rows: Iterable[JsonObject], now: datetime) -> Iterator[bytes]:
    yield _MARK.encode() + _line(_HEAD)
    for row in rows:
        yield _line([cell(each) for each in _cells(row, now)])


def _line(cells: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()


def _cells(row: JsonObject, now: datetime) -> list[str]:
    due = optional_text(row, "due_at")
    applicant = optional_mapping(row, "applicant") or {}
    return [
        text(row, "tracking_code"),
        _both(row, "service_name"),
        _both(row, "state_label"),
        optional_text(row, "office_name") or text(row, "office"),
        _both(row, "role_name"),
        optional_text(row, "claimed_by") or "",
        optional_text(applicant, "name") or "",
        text(row, "submitted_at"),
        due or "",
        "ya" if due is not None and datetime.fromisoformat(due) < now else "",
    ]


def _both(row: JsonObject, name: str) -> str:
    said: Mapping[str, Json] = mapping(row, name)
    return str(said.get("id") or "")


def cell(value: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP: CSV injection), whatever somebody typed into a form."""
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
