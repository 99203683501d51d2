"""`mpp events resend` and `new-epoch`: what an operator types becomes a span of time, and goes to the mall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from mpp.operations.commands import events
from mpp.operations.problem import Problem


class Mall:
    """Answers as the gateway does, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.forgotten_before = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self, url: str, account: str) -> Mall:
        return self

    def post(self, path: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        service = path.split("/")[-2]
        self.asked.append((service, body))
        if service == "complaints":
            raise Problem("tidak menjawab", "does not answer")
        since = max(datetime.fromisoformat(body["since"]), self.forgotten_before).isoformat()
        first = "after" not in body
        return {"service": service, "since": since, "resent": 1000 if first else 5, "next": 77 if first else None}


@pytest.fixture
def mall(monkeypatch: pytest.MonkeyPatch) -> Mall:
    found = Mall()
    monkeypatch.setattr(events, "Client", found)
    return found


def run(*words: str) -> Any:
    return CliRunner().invoke(events.app, ["resend", *words])


def test_every_producer_is_asked_in_pieces_and_the_silent_one_is_named(mall: Mall) -> None:
    result = run("--since", "2026-11-26T08:00+07:00", "--type", "civil_registry.person.*")
    assert result.stdout.splitlines() == ["civil_registry\t1005", "permits\t1005"]
    assert "complaints: tidak menjawab" in result.stderr
    assert result.exit_code == 1
    first, second = (body for service, body in mall.asked if service == "permits")
    assert datetime.fromisoformat(first["since"]) == datetime(2026, 11, 26, 1, tzinfo=UTC)
    assert first["type"] == "civil_registry.person.*"
    assert second == {**first, "after": 77}


@pytest.mark.parametrize(("ago", "length"), [("90min", 90), ("6h", 360), ("3d", 3 * 1440)])
def test_so_long_ago_counts_from_now(mall: Mall, ago: str, length: int) -> None:
    before = datetime.now(UTC)
    assert run("--since", ago, "--service", "permits").exit_code == 0
    since = datetime.fromisoformat(mall.asked[0][1]["since"]) + timedelta(minutes=length)
    assert before <= since <= datetime.now(UTC)


def test_who_asks_for_more_than_receivers_remember_is_told(mall: Mall) -> None:
    mall.forgotten_before = datetime(2026, 11, 1, tzinfo=UTC)
    result = run("--since", "2026-01-01T00:00Z", "--service", "permits")
    assert "permits: sejak 2026-11-01" in result.stderr


@pytest.mark.parametrize("words", [("--since", "kemarin"), ("--since", "6h", "--service", "gateway")])
def test_what_cannot_be_is_a_problem(mall: Mall, words: tuple[str, ...]) -> None:
    assert isinstance(run(*words).exception, Problem)
    assert mall.asked == []


def test_a_new_epoch_names_the_time_of_the_copy_and_what_comes_next(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    class Gateway(Mall):
        def post(self, path: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
            asked.append((path, body))
            return {"epoch": "5f3a9c01", "position": 7}

    monkeypatch.setattr(events, "Client", Gateway())
    words = ["new-epoch", "--since", "2026-11-26T08:00+07:00", "--reason", "snapshot of Tuesday"]
    result = CliRunner().invoke(events.app, words)
    assert result.stdout == "babak | epoch 5f3a9c01, posisi | position 7\n"
    assert result.stderr == "sekarang | now: mpp events resend --since 2026-11-26T08:00+07:00\n"
    ((path, body),) = asked
    assert (path, body["reason"]) == ("/api/v1/operations/feed/epochs", "snapshot of Tuesday")
    assert datetime.fromisoformat(body["since"]) == datetime(2026, 11, 26, 1, tzinfo=UTC)
