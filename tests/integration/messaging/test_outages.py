"""The database goes away and comes back, under a service that runs."""

from __future__ import annotations

from contextlib import ExitStack

from mpp.persistence.database import Database
from tests.integration.messaging.office import Office, append, birth, rows, unpublished
from tests.support.outages import away
from tests.support.postgres import TestPostgres
from tests.support.wait import until


def test_an_inbox_stops_while_its_database_is_away_and_goes_on_after(
    office: Office, database: Database, postgres_server: TestPostgres
) -> None:
    runner = office.inbox(office.effects.subscription(order="every"))
    office.feed()
    office.run(office.relay())
    append(database, *(birth("case-1", version) for version in range(1, 6)))
    until(lambda: len(office.effects.all()) == 5)
    sent = [birth("case-1", version) for version in range(6, 11)]

    def cut(event: object) -> None:
        office.effects.before = lambda event: None
        gone.enter_context(away(postgres_server, database))

    with ExitStack() as gone:
        append(database, *sent)
        office.effects.before = cut
        until(lambda: runner.paused)
        assert not runner.attached, "readiness says so"
    until(lambda: not runner.paused)
    until(lambda: office.effects.all() == [("case-1", version) for version in range(1, 11)])
    until(lambda: unpublished(database) == 0)
    assert {row.attempts for row in rows(database, "SELECT attempts FROM inbox")} == {1}, "nothing was counted"


def test_a_consumer_stopped_while_the_database_is_away_gives_its_event_back(
    office: Office, database: Database, postgres_server: TestPostgres
) -> None:
    runner = office.inbox()
    office.feed()
    append(database, birth("case-1", 1))
    office.run(office.relay())
    with ExitStack() as gone:

        def cut(event: object) -> None:
            office.effects.before = lambda event: None
            gone.enter_context(away(postgres_server, database))

        office.effects.before = cut
        until(lambda: runner.paused)
        runner.stop()
    office.inbox()
    until(lambda: office.effects.all() == [("case-1", 1)])
