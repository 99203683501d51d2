"""`mpp doctor --deep`: one line for each pair that was compared, with the command that mends what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from mpp.operations.checking import deep
from mpp.operations.client import Refusal
from mpp.operations.problem import Problem

RESEND = "mpp events resend --since 2026-11-26T01:00:00+00:00 --service civil_registry"


def pair(missing: int = 0, untold: int = 0) -> dict[str, Any]:
    who = {"producer": "civil_registry", "consumer": "complaints", "subscription": "persons"}
    return {**who, "missing": missing, "untold": untold, "mended_by": RESEND if missing else None}


class Mall:
    """Answers as the gateway does: the result is not there at once."""

    def __init__(self, **found: Any) -> None:
        self.answers: list[Refusal] = [Refusal("belum ada", "none yet", frozenset({"not_found"}))] * 2
        self.found = {"asked": "mine", "silent": [], "pairs": [pair()], "unsettled": {}, **found}

    def post(self, path: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        assert path == "/api/v1/operations/reconciliations"
        return {"asked": "mine"}

    def get(self, path: str) -> dict[str, Any]:
        assert path == "/api/v1/operations/reconciliations/mine"
        if self.answers:
            raise self.answers.pop()
        return self.found


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deep, "_POLL", 0.0)


def lines(mall: Mall) -> dict[str, str | None]:
    return dict(deep.compare(mall))  # type: ignore[arg-type]


def test_a_mall_in_which_nobody_lacks_anything_is_well() -> None:
    assert lines(Mall()) == {"peristiwa | events civil_registry -> complaints (persons)": None}


def test_what_is_missing_comes_with_the_command_that_mends_it() -> None:
    (told,) = lines(Mall(pairs=[pair(missing=3)])).values()
    assert told == f"3 hilang: jalankan `{RESEND}` | 3 missing: run `{RESEND}`"
    (told,) = lines(Mall(pairs=[pair(untold=2)])).values()
    assert "2 that their producer does not know" in str(told)


def test_who_is_silent_and_what_lies_dead_is_named() -> None:
    found = lines(Mall(pairs=[], silent=["permits"], unsettled={"complaints": {"dead": 4, "retry": 1}, "permits": {}}))
    assert found["peristiwa | events permits"] == "tidak menjawab | does not answer"
    assert "4 dead" in str(found["peristiwa | events complaints"])


def test_a_comparison_that_does_not_end_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deep, "_PATIENCE", 0.0)
    with pytest.raises(Problem):
        lines(Mall())
