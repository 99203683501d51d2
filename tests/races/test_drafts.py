"""Half-filled forms of one account in two windows, and an account that is closed while it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mpp.casework.access.actors import Actor, Assignment
from mpp.clock import FixedClock, new_id
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.accounts import queries
from services.gateway.drafts import book
from services.gateway.drafts.book import DraftCommand, Drafts
from services.gateway.sealing import Sealer
from tests.integration.gateway.conftest import NOW
from tests.races.conftest import count
from tests.races.sessions import meet, row_of
from tests.support import accounts

CLERK = Actor("petugas", (Assignment("dpmptsp", "clerk"),))


@pytest.fixture
def gateway(gateway_url: str) -> Iterator[Database]:
    """The gateway's database, with one account."""
    opened = Database(gateway_url, name="gateway")
    accounts.ensure(opened, CLERK)
    yield opened
    opened.dispose()


@pytest.fixture
def keep(gateway: Database) -> Callable[[], Any]:
    """One more draft of the account, each a command of its own."""
    drafts = Drafts(gateway, FixedClock(NOW), Sealer(b"k" * 32))

    def do() -> Any:
        command = DraftCommand(CLERK.id, "POST", "/api/v1/drafts", new_id(), Deadline.after(900.0))
        return drafts.keep(command, "PRZ-SIP-DR", {"step": 1})

    return do


def test_two_windows_do_not_keep_one_draft_more_than_there_may_be(
    gateway: Database, keep: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MOST", 1)
    _, second = meet(gateway, keep, keep)
    assert second.refused == (409, "drafts_full")
    assert second.waited == row_of("accounts")
    assert count(gateway, "drafts") == 1


def test_nothing_is_kept_for_an_account_that_is_being_closed(gateway: Database, keep: Callable[[], Any]) -> None:
    def close() -> None:
        with gateway.transaction() as tx:
            queries.disable(tx, CLERK.id)

    keep()
    _, second = meet(gateway, close, keep)
    assert second.refused == (401, "token_revoked")
    assert second.waited == row_of("accounts")
    assert count(gateway, "drafts") == 0
