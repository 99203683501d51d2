"""A case service small enough to hold in the hand: it keeps cases in a dict and answers as `mpp.cases` does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import eventlet

from mpp.casework.codes.tracking import new_code
from mpp.casework.refusals import FieldError, Refused
from mpp.clock import new_id
from mpp.messaging.calls.messages import Call


@dataclass
class StubService:
    """`calls` records what arrived; `hook`, when set, runs first (to be slow, to refuse, to die)."""

    collection: str
    letter: str
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    at: datetime = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # by its clock
    hook: Callable[[str, dict[str, Any]], dict[str, Any] | None] | None = None

    def handle(self, payload: dict[str, Any], call: Call) -> dict[str, Any]:
        method = call.method
        self.calls.append((method, payload))
        if self.hook is not None and (answer := self.hook(method, payload)) is not None:
            return answer
        return getattr(self, "_" + method)(payload)

    def _open_case(self, payload: dict[str, Any]) -> dict[str, Any]:
        body = payload["body"]
        if body["service"].startswith("X"):
            raise Refused(422, "invalid_fields", fields=[FieldError("service", "unknown_choice", {"choices": "-"})])
        case = {
            "id": new_id(),
            "tracking_code": new_code(self.letter),
            "service": {"code": body["service"], "version": 1, "name": {"id": "Layanan", "en": "Service"}},
            "state": "submitted",
            "state_label": {"id": "Diajukan", "en": "Submitted"},
            "version": 1,
            "applicant": body.get("applicant"),
            "data": body["data"],
            "due_at": None,
            "actions": [],
        }
        self.cases[case["id"]] = case
        return {
            "status": 201,
            "body": {**case, "secret": "7K2M9QX4TB"},
            "version": 1,
            "location": f"/api/v1/{self.collection}/{case['id']}",
            "replayed": False,
        }

    def _get_case(self, payload: dict[str, Any]) -> dict[str, Any]:
        case = self._case(payload)
        return {"status": 200, "body": case, "version": case["version"], "location": None, "replayed": False}

    def _act(self, payload: dict[str, Any]) -> dict[str, Any]:
        case = self._case(payload)
        if payload["if_match"] != case["version"]:
            raise Refused(412, "version_stale")
        case["version"] += 1
        return {"status": 200, "body": case, "version": case["version"], "location": None, "replayed": False}

    def _list_cases(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"status": 200, "body": {"items": list(self.cases.values()), "next": None}, "version": None}

    def _worklist(self, payload: dict[str, Any]) -> dict[str, Any]:
        after, limit = payload["params"]["after"], payload["params"]["limit"]
        every = sorted(self.tasks, key=_order)
        rest = [t for t in every if after is None or _order(t) > _order({"due_at": after[0], "task_id": after[1]})]
        return {"status": 200, "body": {"items": rest[:limit], "more": len(rest) > limit}, "version": None}

    def _worklist_counts(self, payload: dict[str, Any]) -> dict[str, Any]:
        body = {"total": len(self.tasks), "overdue": 0, "complete": True, "services": [], "offices": []}
        return {"status": 200, "body": body, "version": None}

    def _track(self, payload: dict[str, Any]) -> dict[str, Any]:
        wanted = payload["params"]["tracking_code"]
        if not any(c["tracking_code"] == wanted for c in self.cases.values()):
            raise Refused(404, "not_found")
        words = {"id": "Menunggu", "en": "Waiting"}
        body = {
            "tracking_code": wanted,
            "service": {"name": words},
            "state_label": words,
            "next_step": words,
            "waiting_on": words,
            "submitted_at": None,
            "due_at": None,
            "calendar_complete": None,
        }
        return {"status": 200, "body": body, "version": None}

    def _receipt(self, payload: dict[str, Any]) -> dict[str, Any]:
        case = self._case(payload)
        body = {
            "tracking_code": case["tracking_code"],
            "service_name": {"id": "Izin <b>Dokter</b>", "en": "Permit"},
            "submitted_at": "2026-11-20T09:30:00+07:00",
            "due_at": "2026-11-25T15:30:00+07:00",
            "calendar_complete": True,
            "missing": [{"id": "<script>alert(1)</script>", "en": "Letter"}],
            "office_name": "Desa Sukodono",
            "secret_hint": None,
        }
        return {"status": 200, "body": body, "version": None}

    def _state(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"status": 200, "body": {"at": self.at.isoformat(), "parts": []}}

    def _dead_letters(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"status": 200, "body": {"items": []} if payload["params"]["op"] == "list" else {"status": "done"}}

    def _case(self, payload: dict[str, Any]) -> dict[str, Any]:
        found = self.cases.get(payload["params"]["id"])
        if found is None:
            raise Refused(404, "not_found")
        if payload["applicant"] and payload["applicant"]["secret"] != "7K2M9QX4TB":
            raise Refused(404, "not_found")
        return found


def silent(method: str, payload: dict[str, Any]) -> None:
    """A hook that hangs for longer than anybody waits."""
    eventlet.sleep(60)


def _order(task: dict[str, Any]) -> tuple[bool, str, str]:
    return (task["due_at"] is None, task["due_at"] or "", task["task_id"])
