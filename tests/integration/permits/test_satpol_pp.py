"""Satpol PP's list, kept from events by the example, is the register's after any history, in any order of delivery."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mpp.casework.access.actors import SYSTEM
from mpp.casework.refusals import Refused
from mpp.identity import demo as people
from mpp.identity.person import person_key
from mpp.messaging.brokers.topics import matches
from mpp.messaging.events.event import Event
from services.permits.use_cases.persons import lapse_permits
from services.permits.use_cases.register import RegisterStep
from tests.integration.permits.conftest import Office
from tests.support.partner_program import PartnerProgram, delivered
from tests.support.seed import chance

PROGRAM = PartnerProgram("satpol_pp/permits.py", "partner.satpol-pp.permits")
AREA = "35.15.14"
BINDING = f"permits.permit.*.v1.{AREA}.#"
REGIONS = ("35.15.14.2013", "35.15.14.2016", "35.15.18.2001")  # the last one is outside of the area


class History:
    """Random things that happen to permits. What the rules refuse does not happen."""

    def __init__(self, office: Office, number: int) -> None:
        self.office = office
        self.random = chance("permits", number)
        self.permits: list[str] = []
        self.alive = list(range(8))
        self.filed = 0

    def run(self, steps: int) -> None:
        self.office.act(self.office.issue(), "suspend")  # every history has one of each
        self.office.act(self.office.issue(1, "Klinik Awal"), "correct", data={"practice_region": REGIONS[1]})
        ways = [self.issue] * 4 + [self.act] * 8 + [self.correct] * 3 + [self.wait] * 2 + [self.die]
        for _ in range(steps):
            try:
                self.random.choice(ways)()
            except Refused as refused:
                assert refused.status in (409, 422), refused.code

    def issue(self) -> None:
        self.filed += 1
        who, place = self.random.choice(self.alive), f"Klinik {self.filed}"
        permit = self.office.issue(who, place, practice_region=self.random.choice(REGIONS))
        self.permits.append(permit["id"])

    def act(self) -> None:
        if self.permits:
            permit = self.office.get(self.random.choice(self.permits))
            self.office.act(permit, self.random.choice(["suspend", "suspend", "reinstate", "reinstate", "revoke"]))

    def correct(self) -> None:
        if self.permits:
            permit = self.office.get(self.random.choice(self.permits))
            after = self.office.act(permit, "correct", data={"practice_region": self.random.choice(REGIONS)})
            self.permits.append(after["superseded_by"]["id"])

    def wait(self) -> None:
        self.office.desks.clock.advance(timedelta(days=self.random.choice([1, 20, 200, 700])))
        while self.office.run_timer():
            pass

    def die(self) -> None:
        if len(self.alive) > 4:
            who = self.alive.pop(self.random.randrange(len(self.alive)))
            now = self.office.desks.clock.now()
            with self.office.desks.databases["permits"].transaction() as tx:
                person = person_key(people.resident(who).nik, self.office.desks.runtime.person_key)
                lapse_permits(tx, person, now.date(), RegisterStep(SYSTEM, now, now.date(), "test"))

    def today(self) -> date:
        return self.office.desks.clock.now().astimezone(ZoneInfo("Asia/Jakarta")).date()

    def of_the_area(self) -> list[Event]:
        """What the partner's binding lets through."""
        return [e for e in self.office.told() if matches(BINDING.split("."), e.routing_key.split("."))]

    def register(self) -> list[tuple[str, str, str, str]]:
        """The mall's own answer: the permits that hold in the area."""
        found, cursor = [], None
        while True:
            page = self.office.list(area=AREA, status="valid", limit=100, cursor=cursor)
            found += [(p["number"], p["service"]["code"], p["region"], p["valid_until"]) for p in page["items"]]
            cursor = page["next"]
            if cursor is None:
                return sorted(found)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_list_is_the_register_after_any_history_in_any_order(office: Office, tmp_path: Path, number: int) -> None:
    history = History(office, number)
    history.run(40)
    names = {e.type.split(".")[2] for e in office.told()}
    assert {"issued", "suspended", "superseded", "corrected"} < names, "a history in which something happens"
    register = history.register()
    for attempt in range(5):
        kept = PROGRAM.load().PermitList(tmp_path / f"{attempt}.sqlite3")
        for event in delivered(history.of_the_area(), chance("delivery", number, attempt)):
            kept.take(*event.to_message())
        assert kept.holding(history.today()) == register


def test_every_kind_of_change_keeps_the_list_right_at_every_moment(office: Office, tmp_path: Path) -> None:
    kept = PROGRAM.load().PermitList(tmp_path / "list.sqlite3")
    history = History(office, 0)
    seen = 0

    def numbers() -> list[str]:
        nonlocal seen
        events = history.of_the_area()
        for event in events[seen:]:
            kept.take(*event.to_message())
        seen = len(events)
        assert kept.holding(history.today()) == history.register()
        return [row[0][4:8] for row in kept.holding(history.today())]

    permit = office.issue()
    other = office.issue(1)
    assert numbers() == ["0001", "0002"]
    permit = office.act(permit, "suspend")
    assert numbers() == ["0002"]
    permit = office.act(permit, "reinstate")
    assert numbers() == ["0001", "0002"]
    permit = office.act(permit, "correct", data={"practice_region": "35.15.14.2016"})
    assert numbers() == ["0002", "0003"]
    office.act(office.get(permit["superseded_by"]["id"]), "correct", data={"practice_region": "35.15.18.2001"})
    assert numbers() == ["0002"], "it moved out of the area"
    office.desks.clock.advance(timedelta(days=5 * 365 - 20))
    office.run_timer()
    assert numbers() == ["0002"], "its end is near, and it holds"
    office.desks.clock.advance(timedelta(days=40))
    assert [row[0] for row in kept.holding(history.today())] == [], "over by the calendar, whatever has been told"
    office.run_timer()
    assert numbers() == []
    assert office.get(other)["status"] == "expired"


@pytest.mark.parametrize("body", [b"\xff", b"[]", b"{}", b"null", b'{"number": "1"}'])
def test_what_cannot_be_read_is_kept_and_changes_nothing(office: Office, tmp_path: Path, body: bytes) -> None:
    kept = PROGRAM.load().PermitList(tmp_path / "list.sqlite3")
    office.issue()
    (event,) = office.told("issued")
    headers, good = event.to_message()
    kept.take({**headers, "ce-id": "bad"}, body)
    kept.take({"ce-id": "bare"}, good)
    kept.take(headers, good)
    assert len(kept.holding(date(2026, 11, 23))) == 1
    assert kept.database.execute("SELECT count(*) FROM problems").fetchone() == (2,)


def test_it_uses_nothing_of_the_mall() -> None:
    PROGRAM.uses_nothing_of_the_mall()


@pytest.mark.broker
def test_it_keeps_the_list_over_a_real_rabbitmq_though_it_is_killed(
    office: Office, amqp_uri: str, tmp_path: Path
) -> None:
    history = History(office, 7)
    history.run(40)
    register = history.register()
    file = tmp_path / "list.sqlite3"
    PROGRAM.keeps_up_though_it_is_killed(
        amqp_uri,
        {"AREA": AREA, "PERMITS_FILE": str(file)},
        delivered(history.of_the_area(), chance("delivery")),
        lambda: PROGRAM.load().PermitList(file),
        lambda kept: bool(kept.holding(history.today()) == register),
    )
