"""The gateway in several copies: accounts, counted attempts, the partners' feed, and the contents of documents."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mpp.casework.access.actors import Actor, Assignment
from mpp.clock import FixedClock, new_id
from mpp.files.folder import Folder
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from mpp.persistence.tables import audit
from services.gateway.accounts import queries
from services.gateway.accounts.administration import AccountChange, Administration
from services.gateway.accounts.commands import AccountCommand
from services.gateway.accounts.first import operator
from services.gateway.accounts.grants import Grants
from services.gateway.accounts.own import OwnAccount
from services.gateway.accounts.passwords import Passwords
from services.gateway.feed import queries as feed
from services.gateway.limits import queries as limits
from services.gateway.limits.queries import Limit
from services.gateway.tables import accounts, attempts, contents, feed_events
from services.gateway.threads import HereAndNow
from services.gateway.uploads.allowances import Sender
from services.gateway.uploads.handed_in import HandedIn
from services.gateway.uploads.keeping import Keeper
from tests.integration.gateway.conftest import CHEAP, NOW
from tests.integration.gateway.test_feed import event
from tests.races.sessions import KEY, meet, row_of, standing
from tests.support.documents import pdf

DAY = timedelta(hours=24)
OPERATORS = [Actor(name, (Assignment("mpp-sidoarjo", "operator"),)) for name in ("operator", "operator.lain")]
CLERK, VERIFIER, SIGNER = (Assignment("dpmptsp", role) for role in ("clerk", "verifier", "signer"))
PETUGAS = Sender("petugas")
LIMIT = Limit("trying", 3, timedelta(minutes=5))


@pytest.fixture
def gateway(gateway_url: str) -> Iterator[Database]:
    """The gateway's database."""
    opened = Database(gateway_url, name="gateway")
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def administration(gateway: Database, clock: FixedClock) -> Administration:
    return Administration(gateway, Passwords(HereAndNow(), CHEAP), clock)


def by(operator: Actor) -> AccountCommand:
    return AccountCommand(operator, "/api/v1/operations/accounts", new_id(), Deadline.after(900.0), new_id())


# ------------------------------------------------------------------------------------------------------- accounts


def test_an_account_has_the_roles_that_the_last_operator_gave(
    administration: Administration, gateway: Database
) -> None:
    administration.create("petugas.baru", "sandi-pertama", [CLERK], by(OPERATORS[0]))
    changes = [AccountChange(assignments=(VERIFIER,)), AccountChange(assignments=(SIGNER,))]
    first, second = meet(
        gateway,
        *(
            lambda who=who, change=change: administration.change("petugas.baru", change, by(who))
            for who, change in zip(OPERATORS, changes, strict=True)
        ),
    )
    assert second.answer["assignments"] == [{"office": "dpmptsp", "role": "signer"}]
    with gateway.transaction() as tx:
        told = tx.execute(select(audit.c.details).where(audit.c.action == "account_assigned").order_by(audit.c.id))
        befores = [row.details["before"] for row in told]
    assert befores == [[{"office": "dpmptsp", "role": "clerk"}], first.answer["assignments"]]
    assert second.waited == row_of("accounts")


def test_of_two_operators_who_make_one_account_the_second_is_told(
    administration: Administration, gateway: Database
) -> None:
    _, second = meet(
        gateway,
        *(
            lambda who=who: administration.create("petugas.baru", f"kopi-hujan-{who.id}-ungu", [CLERK], by(who))
            for who in OPERATORS
        ),
    )
    assert second.refused == (409, "account_exists")
    assert second.waited == KEY


@pytest.mark.parametrize("taken", [AccountChange(disabled=True), AccountChange(assignments=(CLERK,))])
def test_of_two_operators_who_take_each_other_out_one_stays(
    administration: Administration, gateway: Database, taken: AccountChange
) -> None:
    with gateway.transaction() as tx:
        for who in OPERATORS:
            queries.add(tx, who.id, "none", who.assignments, NOW, must_change=False)
    first, second = meet(
        gateway,
        *(
            lambda who=who, other=other: administration.change(other.id, taken, by(who))
            for who, other in (OPERATORS, OPERATORS[::-1])
        ),
    )
    assert first.answer["account"] == OPERATORS[1].id
    assert second.refused == (403, "role_may_not")
    assert second.waited == row_of("accounts")


def test_of_two_demo_operators_who_disable_all_demo_accounts_one_stays(
    administration: Administration, gateway: Database
) -> None:
    with gateway.transaction() as tx:
        for who in OPERATORS:
            queries.add(tx, who.id, "none", who.assignments, NOW, must_change=False, demo=True)
    first, second = meet(gateway, *(lambda who=who: administration.disable_demo(by(who)) for who in OPERATORS))
    assert (first.answer["disabled"], first.answer["left"]) == ([OPERATORS[1].id], [OPERATORS[0].id])
    assert second.refused == (403, "role_may_not")


def test_two_copies_that_start_at_once_make_one_operator(gateway: Database, clock: FixedClock) -> None:
    def start() -> bool:
        return operator(gateway, "35.15", "kopi-hujan-sepeda", clock)

    first, second = meet(gateway, start, start)
    assert (first.answer, second.answer) == (True, False)
    with gateway.transaction() as tx:
        assert tx.execute(select(accounts.c.name)).scalars().all() == ["operator"]
    assert second.waited == KEY


def test_what_waits_for_a_second_person_is_given_once(gateway: Database, clock: FixedClock) -> None:
    careful = Administration(gateway, Passwords(HereAndNow(), CHEAP), clock, guarded=frozenset({"signer"}))
    with gateway.transaction() as tx:
        queries.add(tx, OPERATORS[0].id, "", OPERATORS[0].assignments, NOW)
    asked = careful.create("petugas.baru", "kopi-hujan-sepeda", [SIGNER], by(OPERATORS[0]))
    grant, second_persons = asked["pending"][0]["id"], (OPERATORS[1], Actor("inspektorat"))
    grants = Grants(gateway, clock)
    first, second = meet(gateway, *(lambda who=who: grants.confirm(grant, by(who)) for who in second_persons))
    assert first.answer["assignments"] == [{"office": "dpmptsp", "role": "signer"}]
    assert second.refused == (404, "not_found")
    assert second.waited == row_of("accounts")


def test_of_two_who_change_one_password_the_second_has_an_old_one(gateway: Database, clock: FixedClock) -> None:
    passwords = Passwords(HereAndNow(), CHEAP)
    with gateway.transaction() as tx:
        queries.add(tx, "petugas", passwords.hash("benar"), [CLERK], NOW)
    own, actor = OwnAccount(gateway, passwords, clock), Actor("petugas")
    changes = ("kopi-hujan-sepeda", "gunung-payung-kereta")
    first, second = meet(
        gateway,
        *(
            lambda new=new: own.change_password(actor, "benar", new, "10.1.2.3", Deadline.after(900.0), new_id())
            for new in changes
        ),
        commit=2,  # the first one is that of looking the account up
    )
    assert first.answer.generation == 1
    assert second.refused == (401, "token_revoked")
    assert second.waited == row_of("accounts")


# ------------------------------------------------------------------------------------------------------- attempts


def test_two_attempts_at_once_are_two(gateway: Database) -> None:
    def attempt() -> int:
        with gateway.transaction() as tx:
            return limits.tally(tx, LIMIT, "petugas", NOW).tries

    attempt()
    first, second = meet(gateway, attempt, attempt)
    assert (first.answer, second.answer) == (2, 3)
    assert second.waited == KEY


def test_who_tries_again_is_counted_though_old_counts_are_being_cleared(gateway: Database) -> None:
    later = NOW + LIMIT.window

    def attempt(now: Any) -> int:
        with gateway.transaction() as tx:
            return limits.tally(tx, LIMIT, "petugas", now).tries

    def clear() -> int:
        with gateway.transaction() as tx:
            return limits.prune(tx, later)

    attempt(NOW)
    _, clearing = meet(gateway, lambda: attempt(later), clear)
    assert attempt(later) == 2
    assert (clearing.answer, clearing.waited) == (0, None)
    with gateway.transaction() as tx:
        assert len(tx.execute(select(attempts)).all()) == 1


# ------------------------------------------------------------------------------------------------------- the feed


def test_an_event_that_two_copies_keep_is_in_the_feed_once(gateway: Database) -> None:
    one = event()

    def keep() -> None:
        with gateway.transaction() as tx:
            feed.store(tx, [one])

    _, second = meet(gateway, keep, keep)
    with gateway.transaction() as tx:
        assert [str(found) for found in tx.execute(select(feed_events.c.event_id)).scalars()] == [one.id]
    assert (second.answer, second.waited) == (None, KEY)


def test_two_readers_who_number_the_feed_at_once_leave_no_gap(gateway: Database) -> None:
    with gateway.transaction() as tx:
        feed.store(tx, [event(), event()])

    def number() -> int:
        with gateway.transaction() as tx:
            return feed.number(tx)

    with standing(gateway, number) as stage:
        with gateway.transaction() as tx:
            feed.store(tx, [event()])
        second = stage.comes(number)
    assert (stage.first.answer, second.answer) == (2, 1)
    with gateway.transaction() as tx:
        assert tx.execute(select(feed_events.c.position).order_by(feed_events.c.arrival)).scalars().all() == [1, 2, 3]
    assert second.waited == row_of("feed_state")


# ------------------------------------------------------------------------------------------------------- contents


@pytest.fixture
def keeper(gateway: Database, clock: FixedClock, tmp_path: Path) -> Keeper:
    return Keeper(Folder(tmp_path / "files", reserve=0), gateway, clock, HereAndNow())


def keep(keeper: Keeper) -> str:
    """A content that is uploaded, and that no case refers to yet."""
    content = pdf()
    file = HandedIn("application/pdf", None, io.BytesIO(content).read, len(content))
    with keeper.receiving(PETUGAS, file) as received:
        keeper.keep(received, PETUGAS, Deadline.after(900.0))
    return received.sha256


def stored(keeper: Keeper, gateway: Database) -> tuple[list[str], list[str]]:
    """The files, and the rows."""
    files = sorted(path.name for path in keeper.folder.root.rglob("*") if path.is_file())
    with gateway.transaction() as tx:
        return files, list(tx.execute(select(contents.c.sha256).order_by(contents.c.sha256)).scalars())


def test_a_content_is_not_swept_while_its_file_is_being_placed(
    keeper: Keeper, gateway: Database, clock: FixedClock
) -> None:
    """However long the process stood still: a file without a row would stay for ever."""
    with standing(gateway, lambda: keep(keeper), commit=2) as stage:  # announced by the first commit
        clock.advance(2 * DAY)
        sweep = stage.comes(lambda: keeper.sweep(lambda hashes: set()))
        assert sweep.ended, "and it holds up nobody"
    name = stage.first.answer
    assert stored(keeper, gateway) == ([name], [name])
    assert (sweep.answer, sweep.waited) == (0, None)


def test_a_content_uploaded_again_while_it_is_swept_is_stored_anew(
    keeper: Keeper, gateway: Database, clock: FixedClock
) -> None:
    name = keep(keeper)
    clock.advance(2 * DAY)
    # its commits: what is due, what is referred to (nothing was asked of the server), what goes
    with standing(gateway, lambda: keeper.sweep(lambda hashes: set()), commit=3) as stage:
        upload = stage.comes(lambda: keep(keeper))
    assert (stage.first.answer, upload.answer) == (1, name)
    assert stored(keeper, gateway) == ([name], [name])
    assert upload.waited == KEY
