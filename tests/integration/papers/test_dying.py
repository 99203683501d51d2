"""Whatever dies between a decision and its signed paper: there is one paper, with one number, and one decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mpp import crashpoints
from mpp.crashpoints import Crash
from tests.integration.papers.test_two_steps import rows
from tests.integration.permits.conftest import SIGNER, Office
from tests.support.desks import Desks, answering
from tests.support.papers import abandon, awaited, finish

STEPS = ("decide", "sign", "give up")
POINTS = ("command.before_commit", "command.after_commit")


def dying_at(point: str, do: Callable[[], Any]) -> None:
    """The process dies there."""

    def die(name: str) -> None:
        if name == point:
            raise Crash(name)

    with crashpoints.hook(die), pytest.raises(Crash):
        do()


def facts(desks: Desks) -> tuple[list[Any], list[Any], list[Any]]:
    database = desks.databases["permits"]
    papers = rows(database, "SELECT status, number FROM papers ORDER BY id")
    numbers = rows(database, "SELECT number, voided IS NOT NULL FROM numbers ORDER BY seq")
    return papers, numbers, rows(database, "SELECT number FROM permits")


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("step", STEPS)
def test_dying_there_leaves_one_paper_with_one_number(desks: Desks, office: Office, step: str, point: str) -> None:
    ready = office.ready()
    answers = answering(desks.get(SIGNER, ready))

    def decide() -> dict[str, Any]:
        return desks.act(SIGNER, ready, "sign", key="keputusan", **answers)

    if step == "decide":
        dying_at(point, decide)
    case = decide()
    paper = awaited(case)
    if step == "give up":
        dying_at(point, lambda: abandon(desks, SIGNER, "permits", paper, key="batal"))
        abandon(desks, SIGNER, "permits", paper, key="batal")
        ((number, void),) = facts(desks)[1]
        assert facts(desks) == ([("abandoned", number)], [(number, True)], [])
        assert void
        return
    if step == "sign":
        dying_at(point, lambda: finish(desks, "permits", paper))
    finish(desks, "permits", paper)
    ((number, _),) = facts(desks)[1]
    assert facts(desks) == ([("issued", number)], [(number, False)], [(number,)])
    assert desks.get(SIGNER, case)["document_number"] == number
    assert len(office.told("issued")) == 1
    actions = [entry["action"] for entry in desks.get(SIGNER, case)["timeline"]]
    assert (actions.count("signing"), actions.count("sign")) == (1, 1)


def test_a_number_is_not_drawn_by_a_decision_that_was_not_stored(desks: Desks, office: Office) -> None:
    ready = office.ready()
    answers = answering(desks.get(SIGNER, ready))
    dying_at("command.before_commit", lambda: desks.act(SIGNER, ready, "sign", **answers))
    assert facts(desks) == ([], [], [])
    assert desks.get(SIGNER, ready)["signing"] is None
