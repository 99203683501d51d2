"""`mpp dead-letters`: what failed, whatever it was, in one list and by the same commands."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from typer.testing import CliRunner

from mpp.operations.commands import dead_letters
from mpp.operations.problem import Problem

PLACE = "event:01a20013-a1bf-755d-b544-74da8ff10f79:persons"
ID = "01a20013-a1bf-755d-b544-74da8ff10f79"
EVENT = {
    "what": "event",
    "id": f"{ID}:persons",
    "service": "permits",
    "subscription": "persons",
    "type": "civil_registry.person.deceased.v1",
    "reason": "KeyError at persons.py:1 act",
}
JOB = {
    "what": "job",
    "id": f"{ID}:documents.sweep",
    "service": "gateway",
    "kind": "documents.sweep",
    "key": "2026-11-26T20:00:00+00:00",
    "reason": "OSError at folder.py:1 remove",
}


class Mall:
    """Answers as the gateway does, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.listed: dict[str, Any] = {"items": [EVENT, JOB], "unavailable": ["complaints"]}
        self.status = "waiting"

    def __call__(self, url: str, account: str) -> Mall:
        return self

    def get(self, path: str) -> dict[str, Any]:
        self.asked.append(f"GET {path}")
        return self.listed if path.endswith("dead-letters") else {**JOB, "status": "dead"}

    def post(self, path: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(f"POST {path}")
        if path.endswith("/replays"):
            self.sent.append(body)
            if "complaints" in path:
                raise Problem("tidak menjawab", "does not answer")
            first = "after" not in body
            return {"service": path.split("/")[-2], "replayed": 500 if first else 7, "next": PLACE if first else None}
        return {**JOB, "status": self.status}


@pytest.fixture
def mall(monkeypatch: pytest.MonkeyPatch) -> Mall:
    found = Mall()
    monkeypatch.setattr(dead_letters, "Client", found)
    return found


def run(*words: str) -> Any:
    return CliRunner().invoke(dead_letters.app, list(words))


def test_events_and_jobs_stand_in_one_list_which_says_what_each_is(mall: Mall) -> None:
    result = run("list")
    head, first, second = (re.split(" {2,}", line) for line in result.stdout.splitlines())
    assert head == ["layanan", "id", "langganan", "jenis", "alasan", "apa"]
    assert first == ["permits", ID, "persons", EVENT["type"], EVENT["reason"], "event"]
    assert second == ["gateway", ID, "documents.sweep", JOB["key"], JOB["reason"], "job"]
    assert "complaints: tidak menjawab" in result.stderr


def test_the_columns_of_the_list_are_the_words_of_the_other_commands(mall: Mall) -> None:
    line = run("list").stdout.splitlines()[2].split()
    told = json.loads(run("list", "--json").stdout.splitlines()[1])
    assert [told[name] for name in ("service", "id", "subscription")] == line[:3]
    assert json.loads(run("show", *line[:3]).stdout)["status"] == "dead"
    assert run("replay", *line[:3]).exit_code == 0
    one = f"/api/v1/operations/dead-letters/gateway/{ID}/documents.sweep"
    assert mall.asked[2:] == [f"GET {one}", f"POST {one}/replay"]


@pytest.mark.parametrize(("status", "exit_code"), [("done", 0), ("waiting", 0), ("dead", 1), ("retry", 1)])
def test_a_replay_that_failed_again_says_so(mall: Mall, status: str, exit_code: int) -> None:
    mall.status = status
    assert run("replay", "gateway", ID, "documents.sweep").exit_code == exit_code


def test_nothing_failed(mall: Mall) -> None:
    mall.listed = {"items": [], "unavailable": []}
    result = run("list")
    assert (result.stdout, result.stderr) == ("", "tidak ada | none\n")


def test_all_are_tried_again_service_by_service_in_bounded_pieces(mall: Mall) -> None:
    result = run("replay", "--all", "--reason", "InternalError")
    assert result.stdout.splitlines() == ["civil_registry\t507", "permits\t507", "gateway\t507"]
    assert mall.sent[0] == {"reason": "InternalError"}
    assert mall.sent[1] == {"reason": "InternalError", "after": PLACE}
    assert "complaints: tidak menjawab" in result.stderr
    assert result.exit_code == 1, "one of them did not answer"
    assert run("replay", "--all", "--service", "permits").exit_code == 0


@pytest.mark.parametrize("words", [(), ("permits",), ("permits", ID), ("permits", ID, "persons", "--all")])
def test_one_is_named_or_all_are(mall: Mall, words: tuple[str, ...]) -> None:
    assert isinstance(run("replay", *words).exception, Problem)
    assert mall.asked == []
