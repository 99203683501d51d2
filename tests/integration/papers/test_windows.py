"""A refusal that is signed in a second step: the time to object waits for the letter, and then for the telling."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.permits.conftest import SIGNER, Office
from tests.support import providers
from tests.support.desks import Desks
from tests.support.papers import abandon, awaited, finish
from tests.support.telling import TEN, Telling
from tests.support.windows import arrives, moments, rebuilt, run_timer, window

LONG = timedelta(days=60)


@pytest.fixture
def telling(desks: Desks) -> Iterator[Telling]:
    with providers.running() as provider:
        yield Telling(desks, provider)


def refusal_begun(office: Office) -> dict[str, Any]:
    """A refusal that was decided, and whose letter waits for its signature."""
    case = office.desks.act(SIGNER, office.ready(), "reject", note="Tempat praktik belum siap.")
    assert case["signing"]["action"] == "reject"
    return case


def test_the_time_to_object_begins_with_neither_the_decision_nor_the_letter_but_with_the_telling(
    desks: Desks, office: Office, telling: Telling
) -> None:
    case = refusal_begun(office)
    telling.work(TEN)
    before = telling.of(case)
    assert run_timer(desks, timedelta(hours=1)) == 0
    assert window(desks, case) is None, "nothing is decided before it is signed"
    finish(desks, "permits", awaited(case))
    assert len(telling.of(case)) == len(before) + 1
    assert moments(desks, case) == (desks.clock.now(), None, None)
    telling.work(TEN)
    desks.clock.advance(timedelta(hours=1))
    arrives(telling, case)
    run_timer(desks)
    decided, told, due = moments(desks, case)
    assert (told, due is not None) == (desks.clock.now(), True)
    assert told == decided + TEN + timedelta(hours=1)
    again, stored = rebuilt(desks, case)
    assert again == stored


def test_a_letter_that_is_given_up_opens_no_window_and_tells_nobody(
    desks: Desks, office: Office, telling: Telling
) -> None:
    case = refusal_begun(office)
    telling.work(TEN)
    before = telling.states(case)
    abandon(desks, SIGNER, "permits", awaited(case))
    telling.work(TEN)
    assert (window(desks, case), telling.states(case)) == (None, before)
    run_timer(desks, TEN)
    assert desks.get(SIGNER, case)["state"] == "signing"
