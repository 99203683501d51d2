"""A citizen's window, seen from outside: when it was decided, when the citizen was told, until when it runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mpp.cases.storage import case_rows
from mpp.casework.case.case import Case, replay
from mpp.messages import reports
from tests.support.desks import Desks
from tests.support.permit_walks import file, walk
from tests.support.telling import Telling

CLERK = "petugas.sukodono"


def refused(desks: Desks, service: str = "PRZ-PNL", **more: Any) -> dict[str, Any]:
    """A case that was refused, so that its citizen may object."""
    return walk(desks, file(desks, service, **more), "rejected")


def run_timer(desks: Desks, after: timedelta = timedelta(0), collection: str = "permits") -> int:
    """What is due then is done; how many steps that was."""
    desks.clock.advance(after)
    return desks.desks[collection].timer.run_once()


def window(desks: Desks, case: dict[str, Any]) -> dict[str, Any] | None:
    """The open window, as a clerk sees it."""
    found = desks.get(CLERK, case)["window"]
    return None if found is None else dict(found)


def moments(desks: Desks, case: dict[str, Any]) -> tuple[datetime, datetime | None, datetime | None]:
    """When it was decided, when the citizen was told, and its end."""
    found = window(desks, case)
    assert found is not None
    told, due = (None if found[name] is None else datetime.fromisoformat(found[name]) for name in ("told_at", "due_at"))
    return datetime.fromisoformat(found["asked_at"]), told, due


def actions(desks: Desks, case: dict[str, Any]) -> list[str]:
    return [line["action"] for line in desks.get(CLERK, case)["timeline"]]


def arrives(telling: Telling, case: dict[str, Any]) -> None:
    """The provider reports that the newest message has arrived."""
    told = [each for each in telling.of(case) if each.state != "merged"]
    assert reports.take(telling.post, told[-1].id, str(told[-1].channel), "delivered", None)


def rebuilt(desks: Desks, case: dict[str, Any], service: str = "permits") -> tuple[Case, Case]:
    """What the timeline alone says that the case is, and what is stored."""
    with desks.databases[service].transaction() as tx:
        record = case_rows.find(tx, id_=case["id"])
        assert record is not None
        blank = Case(record.case.id, record.case.service, record.case.service_version)
        return replay(blank, case_rows.entries(tx, record.case.id)), record.case
