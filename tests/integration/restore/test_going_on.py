"""A restored mall gives no legal number again and tells no version again: it goes on beyond what was given out."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import eventlet
import pytest
from sqlalchemy import insert, make_url, select

from mpp.cases.storage import number_gaps
from mpp.cases.storage.holdings import Series
from mpp.cases.storage.number_check import wrong_numbers
from mpp.cases.storage.tables import number_series
from mpp.operations.backup.making import Made
from mpp.operations.problem import Problem
from mpp.operations.restore.refusing import Wish
from mpp.persistence import restores
from mpp.persistence.database import Database
from mpp.persistence.restores import STEP, Restored, next_versions
from mpp.persistence.servers import swapping
from tests.integration.cases.test_operating import sip
from tests.integration.restore.conftest import Malls, Office
from tests.support.wait import until
from tests.support.whole_mall import PARTNER

BOOK = ("sip-dr", 3, 5)  # series, and the numbers that were given out after the backup
YEAR = datetime.now(UTC).year


@pytest.fixture(scope="module")
def days(malls: Malls, prepared: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A mall that has issued two licences, was backed up, and went on and issued three more."""
    office = malls.copied(prepared, tmp_path_factory.mktemp("days"))
    office.day(2)
    # without a provider everything is on the call list at once: these are those of a mall that has one
    office.sql("permits", "UPDATE messages SET state = 'waiting', reason = NULL WHERE state = 'call_list'")
    office.made = office.back_up()
    office.day(3)
    return office


def seq(number: str) -> int:
    return int(number.split("/")[1])


def wrong(office: Office) -> list[tuple[str, int, int, bool]]:
    database = Database(office.urls["permits"], name="permits", pool_size=1)
    with database.transaction() as tx:
        found = [(each.series, each.first, each.last, each.missing) for each in wrong_numbers(tx)]
    database.dispose()
    return found


def test_numbers_go_on_where_the_former_mall_ended_and_the_gap_is_on_record(office: Office, made: Made) -> None:
    assert office.restore(made), office.told
    assert office.gaps() == [BOOK]
    assert [seq(number) for number in office.day(2)] == [6, 7]
    assert wrong(office) == []
    listed = office.open().get("/api/v1/operations/numbers/gaps")["items"]
    office.close()
    assert [(gap["series"], gap["first"], gap["last"], gap["backup"]) for gap in listed] == [(*BOOK, made.folder.name)]
    (entry,) = office.sql("permits", "SELECT actor, details FROM audit WHERE action = 'mall_restored'")
    assert entry.actor == "system"
    assert entry.details["numbers_passed_over"] == [f"dpmptsp/sip-dr/{YEAR}: 3-5"]


def test_a_message_that_may_have_been_sent_since_is_asked_about_first(office: Office, made: Made) -> None:
    assert office.restore(made), office.told
    rows = office.sql("permits", "SELECT unsure FROM messages WHERE state IN ('waiting', 'sending')")
    assert rows
    assert all(row.unsure for row in rows)


def test_the_books_are_whole_with_the_recorded_gap_and_with_nothing_else(office: Office, made: Made) -> None:
    office.restore(made)
    office.day(2)
    office.sql("permits", "DELETE FROM numbers WHERE seq = 6")
    assert wrong(office) == [("sip-dr", 6, 6, True)]
    office.sql("permits", "UPDATE numbers SET seq = 4 WHERE seq = 7")
    assert ("sip-dr", 4, 4, False) in wrong(office)
    office.sql("permits", "DELETE FROM number_gaps")
    assert ("sip-dr", 3, 3, True) in wrong(office)


def test_without_the_former_databases_the_checkpoints_bound_what_was_given_out(office: Office, made: Made) -> None:
    entries = office.sql("permits", "SELECT count(*) AS n FROM audit")[0].n
    before = next(entry for entry in made.manifest.databases if entry.service == "permits").marks.sealed
    office.lose()
    assert office.restore(made, Wish(margin=7)), office.told
    assert office.gaps() == [("sip-dr", 3, 2 + entries - before + 7)]
    assert entries - before >= 3
    assert seq(office.day(1)[0]) == 3 + entries - before + 7
    assert wrong(office) == []


def test_a_newer_backup_beside_it_tells_the_numbers_that_it_knows(office: Office, made: Made) -> None:
    until(lambda: f"mpp-{datetime.now(UTC):%Y%m%dT%H%M%SZ}" != made.folder.name)
    office.back_up()
    office.lose(checkpoints=True)
    assert office.restore(made, Wish(margin=0)), office.told
    assert office.gaps() == [BOOK]


def test_where_nothing_is_left_that_knows_a_thousand_a_day_are_passed_over_and_it_is_said(
    office: Office, made: Made
) -> None:
    office.lose(checkpoints=True)
    assert office.restore(made, Wish()), office.told
    assert office.gaps() == [("sip-dr", 3, 1002)]
    assert any("1000" in line and "--numbers-margin" in line for line in office.told)


def test_a_book_that_the_backup_does_not_know_begins_beyond_as_well(office: Office) -> None:
    made = office.back_up()
    given = office.day(2)
    office.lose(checkpoints=True)
    assert office.restore(made, Wish(margin=20)), office.told
    new = office.day(2)
    assert [seq(number) for number in new] == [21, 22]
    assert not {*given} & {*new}
    assert office.gaps() == [("sip-dr", 1, 20)]
    assert wrong(office) == []


def test_a_paper_book_that_is_started_again_goes_on_beyond_as_well(office: Office) -> None:
    made = office.back_up()
    office.lose(checkpoints=True)
    assert office.restore(made, Wish(margin=20)), office.told
    desks = office.open().desks
    book = {"office": "dpmptsp", "series": "sip-dr", "year": YEAR, "last": 38}
    payload = desks.payload("operator", "POST", "", book) | {"params": {"op": "start"}}
    assert desks.answer("permits", "numbers", payload)["body"]["last"] == 58
    assert seq(office.issue(1)[0]) == 59
    office.close()
    assert office.gaps() == [("sip-dr", 39, 58)]
    assert wrong(office) == []


TODAY = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def days_book(day: datetime) -> Series:
    return Series("dpmptsp", f"pbg.351514.{day:%Y-%m-%d}", day.year, 2)


def test_a_book_of_a_day_goes_on_beyond_as_long_as_its_day_was_not_over(office: Office) -> None:
    """The mall is of the 26th, 02.00 in Greenwich, and was restored a day later."""
    restored = Restored("s", "b", TODAY, TODAY - DAY, 4000, 20, 2026, 2026)
    days = [TODAY + DAY * n for n in (-2, -1, 0)]
    assert office.settings.admin_database_url is not None
    name = str(make_url(office.urls["permits"]).database)
    with swapping.writing(office.settings.admin_database_url, name) as tx:
        tx.execute(insert(number_series), [{**asdict(days_book(day)), "first": 1} for day in days])
        restores.write_down(tx, restored)
        passed = list(number_gaps.pass_over(tx, [], 20, restored))
        found = {day: tx.execute(select(number_gaps.beyond_unknown(days_book(day).series, day.year))).scalar_one()
                 for day in (TODAY + DAY * n for n in range(-3, 4))}  # fmt: skip
        wrong = [(each.series, each.first) for each in wrong_numbers(tx) if each.first > 2]
    assert [(gap.series[-2:], gap.first, gap.last) for gap in passed] == [("26", 3, 22), ("27", 3, 22)]
    assert {day.day: beyond for day, beyond in found.items()} == {24: 0, 25: 0, 26: 20, 27: 20, 28: 0, 29: 0, 30: 0}
    assert wrong == [], "what was passed over is on record"


def test_a_margin_that_fills_a_book_is_told_and_the_mall_is_as_it_was(office: Office, made: Made) -> None:
    with pytest.raises(Problem, match="--numbers-margin is too large"):
        office.restore(made, Wish(replace=True, margin=9_999_999))
    assert len(office.numbers()) == 5


def test_no_version_of_a_subject_is_told_again_however_often_it_is_restored(office: Office) -> None:
    case = sip(office.open().desks)
    office.close()
    made = office.back_up()
    told: list[int] = []
    for restored in (True, True, False):
        desks = office.open().desks
        desks.act("verifikator.dpmptsp", desks.get("verifikator.dpmptsp", case), "verify")
        office.close()
        newest = "SELECT subject_version AS v FROM outbox WHERE subject = :case ORDER BY id DESC LIMIT 1"
        told += [office.sql("permits", newest, case=case["id"])[0].v]
        if restored:
            assert office.restore(made), office.told
    assert told == sorted(set(told))
    assert [version % STEP for version in told] == [2, 2, 2], "what the service counts for itself is as it was"


@pytest.mark.parametrize("turns", [1, 2, 3, 5, 8])
def test_a_mall_that_dies_while_it_connects_leaves_nobody_connected(office: Office, turns: int) -> None:
    office.open()
    for _ in range(turns):
        eventlet.sleep(0)
    office.close()


def test_versions_move_on_also_where_nothing_is_left_that_knows_them() -> None:
    now = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
    later = now + timedelta(hours=1)
    assert 3 < next_versions(3, now) < next_versions(3, later)
    assert next_versions(next_versions(3, later) + 17, now) > next_versions(3, later) + 17
    assert next_versions(3, datetime(2020, 1, 1, tzinfo=UTC)) > 3, "a clock that was lost with the power"
    with pytest.raises(ValueError, match="no versions are left"):
        next_versions(3, datetime(2326, 1, 1, tzinfo=UTC))


def test_partners_are_told_of_another_epoch_and_go_on_from_what_they_share(office: Office) -> None:
    office.day(1)
    made = office.back_up()
    mall = office.open()
    office.issue(2)
    until(lambda: feed(office) >= 6)
    cursor = mall.get("/api/v1/events", PARTNER)["next"]
    office.close()
    assert office.restore(made), office.told
    mall = office.open()
    refused = mall.counter.get(f"/api/v1/events?after={cursor}", PARTNER)
    assert refused.status_code == 410
    assert refused.get_json()["code"] == "feed_epoch_over"
    office.issue(1)
    until(lambda: mall.get(f"/api/v1/events?after={refused.get_json()['resume']}", PARTNER)["items"])


def feed(office: Office) -> int:
    return int(office.sql("gateway", "SELECT count(*) AS n FROM feed_events")[0].n)


def test_what_was_on_its_way_when_the_backup_was_made_is_told_again(office: Office) -> None:
    office.open()
    office.issue(1)
    until(lambda: office.sql("permits", "SELECT count(*) AS n FROM outbox WHERE published_at IS NULL")[0].n == 0)
    office.sql("gateway", "DELETE FROM feed_events")
    office.sql("gateway", "DELETE FROM inbox")
    office.close()
    made = office.back_up()
    assert office.restore(made), office.told
    office.open()
    until(lambda: feed(office) >= 3)
