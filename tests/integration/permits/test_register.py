"""A permit after its issue: what officials do to it, what time does, and who sees what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import eventlet
import pytest
from sqlalchemy import select

from mpp.casework.actors import SYSTEM
from mpp.casework.refusals import Refused
from mpp.identity import demo as people
from mpp.identity.person import person_key
from mpp.messaging import crashpoints
from mpp.persistence.tables import audit
from services.permits.use_cases.persons import lapse_permits
from services.permits.use_cases.register import Doing
from services.permits.use_cases.timer import RegisterTimer
from tests.integration.permits.conftest import SIGNER, Office
from tests.support.desks import SIP_DATA, doctor, refusal


def codes(refused: Refused) -> list[tuple[str, str]]:
    return [(f.field, f.code) for f in refused.fields]


def days(office: Office, count: int) -> None:
    office.desks.clock.advance(timedelta(days=count))


# ------------------------------------------------------------------ what officials do


def test_a_suspended_permit_does_not_hold_until_the_suspension_is_lifted(office: Office) -> None:
    permit = office.issue()
    code = permit["verification"]["code"]
    suspended = office.act(permit, "suspend")
    assert (suspended["status"], suspended["version"]) == ("suspended", 2)
    assert (office.verify(code)["status"], office.verify(code)["valid"]) == ("suspended", False)
    again = office.act(suspended, "reinstate")
    assert (again["status"], again["version"]) == ("valid", 3)
    assert office.verify(code)["valid"]
    assert [(e.type.split(".")[2], e.subject, e.subjectversion) for e in office.told()] == [
        ("issued", permit["id"], 1),
        ("suspended", permit["id"], 2),
        ("reinstated", permit["id"], 3),
    ]


def test_a_revoked_permit_stays_revoked(office: Office) -> None:
    revoked = office.act(office.issue(), "revoke", reason="false_data")
    assert revoked["status"] == "revoked"
    assert revoked["actions"] == []
    for action in ("suspend", "reinstate", "revoke", "correct"):
        refused = refusal(lambda action=action: office.act(revoked, action, data={"practice_name": "Lain"}))
        assert (refused.status, refused.code) == (409, "permit_status_forbids")
    assert [e.data["reason"] for e in office.told("revoked")] == ["false_data"]


def test_a_correction_is_a_new_permit_that_supersedes_the_old(office: Office) -> None:
    old = office.issue()
    after = office.act(old, "correct", data={"practice_name": "Klinik Cantoh", "practice_region": "35.15.14.2016"})
    new = office.get(after["superseded_by"]["id"])
    assert (after["status"], new["status"]) == ("superseded", "valid")
    assert (old["number"][4:8], new["number"][4:8]) == ("0001", "0002")
    assert new["supersedes"] == {"id": old["id"], "number": old["number"]}
    assert new["data"]["practice_name"] == "Klinik Cantoh"
    assert new["region"] == "35.15.14.2016"
    assert (new["valid_from"], new["valid_until"]) == (old["valid_from"], old["valid_until"])
    verified = office.verify(old["verification"]["code"])
    assert (verified["status"], verified["superseded_by"]) == ("superseded", {"number": new["number"]})
    assert office.verify(new["verification"]["code"])["valid"]
    superseded, corrected = office.told("superseded")[0], office.told("corrected")[0]
    assert (superseded.subject, superseded.subjectversion, superseded.region) == (old["id"], 2, "35.15.14.2013")
    assert (corrected.subject, corrected.subjectversion, corrected.region) == (new["id"], 1, "35.15.14.2016")
    assert corrected.data["supersedes"] == old["id"] == superseded.subject


def test_an_action_on_a_superseded_permit_is_refused(office: Office) -> None:
    after = office.act(office.issue(), "correct", data={"practice_name": "Lain"})
    refused = refusal(lambda: office.act(after, "suspend"))
    assert (refused.status, refused.params) == (409, {"action": "suspend", "status": "superseded"})


def test_a_correction_takes_a_suspension_along(office: Office) -> None:
    after = office.act(office.act(office.issue(), "suspend"), "correct", data={"practice_name": "Lain"})
    assert office.get(after["superseded_by"]["id"])["status"] == "suspended"


def test_the_case_shows_the_newest_permit(office: Office) -> None:
    case = office.desks.act(SIGNER, office.ready(), "sign")
    after = office.act(office.get(case["permit"]["id"]), "correct", data={"practice_name": "Lain"})
    assert office.desks.get(SIGNER, case)["permit"]["number"] == after["superseded_by"]["number"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"reason": None}, [("reason", "required")]),
        ({"reason": "because"}, [("reason", "unknown_choice")]),
        ({"note": " "}, [("note", "required")]),
        ({"note": 7}, [("note", "wrong_type")]),
        ({"note": "x" * 2001}, [("note", "too_long")]),
        ({"data": {"practice_name": "x"}}, [("data", "not_allowed_here")]),
        ({"action": "burn"}, [("action", "unknown_action")]),
        ({"reason": None, "note": None}, [("reason", "required"), ("note", "required")]),
        ({"action": "correct", "reason": "other"}, [("data", "required")]),
        ({"action": "correct", "reason": "other", "data": []}, [("data", "wrong_type")]),
        ({"action": "correct", "reason": "other", "data": {"colour": "red"}}, [("data.colour", "unknown_field")]),
        ({"action": "correct", "reason": "other", "data": {"practice_region": "99.99"}},
         [("data.practice_region", "unknown_region")]),
        ({"action": "correct", "reason": "other", "data": {"practice_name": None}},
         [("data.practice_name", "required")]),
        ({"action": "correct", "reason": "other", "data": {}}, [("data", "nothing_changed")]),
        ({"action": "correct", "reason": "other", "data": {"practice_name": "Klinik Contoh"}},
         [("data", "nothing_changed")]),
    ],
)  # fmt: skip
def test_every_wrong_field_is_named_and_nothing_is_stored(office: Office, body: Any, wrong: Any) -> None:
    permit = office.issue()
    before = len(office.told())
    action = body.pop("action", "suspend")
    refused = refusal(lambda: office.act(permit, action, **body))
    assert (refused.status, codes(refused)) == (422, wrong)
    assert office.get(permit) == permit
    assert len(office.told()) == before


def test_two_officials_at_once_one_of_them_is_told(office: Office) -> None:
    permit = office.issue()

    def do(action: str) -> Any:
        try:
            return office.act(permit, action)["status"]
        except Refused as refused:
            return refused.status

    threads = [eventlet.spawn(do, "suspend"), eventlet.spawn(do, "revoke")]
    assert sorted(str(t.wait()) for t in threads) in (["412", "revoked"], ["412", "suspended"])
    assert office.get(permit)["version"] == 2


def test_a_repeated_command_gets_its_first_answer_and_happens_once(office: Office) -> None:
    permit = office.issue()
    first = office.act(permit, "suspend", key="k1")
    assert office.act(permit, "suspend", key="k1") == first
    assert len(office.told("suspended")) == 1
    other = refusal(lambda: office.act(permit, "revoke", key="k1"))
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert refusal(lambda: office.act(permit, "revoke")).status == 412


@pytest.mark.parametrize(
    ("account", "status"),
    [
        ("petugas.sukodono", 403),  # sees it, it is used in the village, and has no such role
        ("petugas.waru", 404),  # another district
        ("verifikator.dpmptsp", 403),
        ("teknis.dinkes", 403),
        ("pejabat.dukcapil", 403),  # a signer, of another agency
        ("operator", 403),
        (None, 401),
    ],
)
def test_who_may_not_learns_no_more_than_he_sees(office: Office, account: str | None, status: int) -> None:
    permit = office.issue()
    assert refusal(lambda: office.act(permit, "revoke", account=account)).status == status
    assert office.get(permit)["status"] == "valid"


def test_the_supervisor_of_the_agency_may_act(office: Office) -> None:
    assert office.act(office.issue(), "suspend", account="penyelia.dpmptsp")["status"] == "suspended"


def test_what_is_no_permit_is_not_found(office: Office) -> None:
    for id_ in ("0192aaaa-0000-7000-8000-000000000000", "x", "503/0001"):
        assert refusal(lambda id_=id_: office.get(id_)).status == 404
        assert refusal(lambda id_=id_: office.act({"id": id_, "version": 1}, "revoke")).status == 404


def test_each_change_leaves_history_and_a_whole_audit_chain(office: Office) -> None:
    permit = office.act(office.issue(), "suspend", note="NIK 3515140508689990 dipakai orang lain")
    history = permit["history"]
    assert [(h["version"], h["event"], h["actor"]) for h in history] == [
        (1, "issued", SIGNER),
        (2, "suspended", SIGNER),
    ]
    assert "3515140508689990" not in str(history)
    with office.desks.databases["permits"].transaction() as tx:
        rows = tx.execute(select(audit.c.seq, audit.c.action).where(audit.c.case_id == permit["case"])).all()
    assert sorted(row.seq for row in rows) == list(range(1, len(rows) + 1))
    assert {"permit.issued", "permit.suspended"} <= {row.action for row in rows}


# ------------------------------------------------------------------ time


def test_the_end_is_told_90_30_and_7_days_before_each_once(office: Office) -> None:
    permit = office.issue()
    assert permit["valid_until"] == "2031-11-22"
    office.desks.clock.advance(datetime(2031, 8, 23, 20, 0, tzinfo=UTC) - office.desks.clock.now())  # 03.00 of the 24th
    found = []
    for _ in range(100):
        office.run_timer()
        office.run_timer()
        days(office, 1)
    found = [(e.time.date().isoformat(), e.data["days_left"]) for e in office.told("expiring")]
    assert found == [("2031-08-23", 90), ("2031-10-22", 30), ("2031-11-14", 7)]
    (expired,) = office.told("expired")
    assert expired.data["expired_on"] == "2031-11-23"
    assert expired.time.isoformat() == "2031-11-22T20:00:00+00:00", "03.00 of the 23rd in Sidoarjo"
    after = office.get(permit)
    assert (after["status"], after["version"]) == ("expired", 5)
    assert office.run_timer() == 0


def test_on_its_last_day_it_still_holds_and_the_next_day_it_does_not(office: Office) -> None:
    permit = office.issue()
    code = permit["verification"]["code"]
    office.desks.clock.advance(datetime(2031, 11, 22, 16, 59, tzinfo=UTC) - office.desks.clock.now())
    assert office.verify(code)["valid"]
    office.desks.clock.advance(timedelta(minutes=1))
    assert office.verify(code)["status"] == "expired", "midnight in Sidoarjo, and no timer has been there yet"
    late = refusal(lambda: office.act(permit, "suspend"))
    assert (late.status, late.params["status"]) == (409, "expired")


def test_after_a_long_stop_only_the_nearest_warning_is_told(office: Office) -> None:
    office.issue()
    office.desks.clock.advance(datetime(2031, 11, 18, 3, 0, tzinfo=UTC) - office.desks.clock.now())
    assert office.run_timer() == 1
    assert [e.data["days_left"] for e in office.told("expiring")] == [7]
    days(office, 400)
    assert office.run_timer() == 1
    assert office.run_timer() == 0


def test_a_revoked_permit_is_left_alone_by_time(office: Office) -> None:
    office.act(office.issue(), "revoke")
    days(office, 6 * 366)
    assert office.run_timer() == 0


def test_a_suspended_permit_expires_too(office: Office) -> None:
    permit = office.act(office.issue(), "suspend")
    days(office, 6 * 366)
    assert office.run_timer() == 1
    assert office.get(permit)["status"] == "expired"


def test_a_batch_that_is_smaller_than_what_is_due_still_does_all_of_it(office: Office) -> None:
    for index in range(5):
        office.issue(index)
    days(office, 6 * 366)
    office.desk.register_timer._batch = 2
    assert office.run_timer() == 5


@pytest.mark.parametrize("point", ["command.before_commit", "command.after_commit"])
def test_a_timer_that_dies_has_told_each_thing_once_when_the_next_one_is_done(office: Office, point: str) -> None:
    made = [office.issue(index) for index in range(3)]
    days(office, 6 * 366)

    def die(reached: str) -> None:
        if reached == point and len(office.told("expired")) in (0, 1):
            raise crashpoints.Crash(point)

    with crashpoints.hook(die), pytest.raises(crashpoints.Crash):
        office.run_timer()
    office.desk.register_timer.release()
    RegisterTimer(office.desks.runtime).run_once()
    assert sorted(e.subject for e in office.told("expired")) == sorted(p["id"] for p in made)
    assert {office.get(p)["version"] for p in made} == {2}


def test_a_command_that_dies_before_its_commit_has_not_happened_and_can_be_repeated(office: Office) -> None:
    permit = office.issue()

    def die(reached: str) -> None:
        if reached == "command.before_commit":
            raise crashpoints.Crash(reached)

    with crashpoints.hook(die), pytest.raises(crashpoints.Crash):
        office.act(permit, "correct", key="k1", data={"practice_name": "Lain"})
    assert office.get(permit) == permit
    after = office.act(permit, "correct", key="k1", data={"practice_name": "Lain"})
    assert after["superseded_by"]["number"][4:8] == "0002", "no number was lost"
    assert len(office.told("corrected")) == 1


def test_two_timers_at_once_tell_each_thing_once(office: Office) -> None:
    for index in range(4):
        office.issue(index)
    days(office, 6 * 366)
    other = RegisterTimer(office.desks.runtime)
    threads = [eventlet.spawn(office.run_timer), eventlet.spawn(other.run_once)]
    assert sum(t.wait() for t in threads) == 4
    assert len(office.told("expired")) == 4


# ------------------------------------------------------------------ how many


def test_a_fourth_sip_is_refused_at_filing(office: Office) -> None:
    for place in ("Klinik A", "Klinik B", "Klinik C"):
        office.issue(place=place)
    refused = refusal(lambda: office.file(place="Klinik D"))
    assert codes(refused) == [("applicant.nik", "permit_limit_reached")]
    assert office.issue(1, "Klinik D")["status"] == "valid", "another doctor may"


def test_a_second_sip_at_the_same_place_is_refused_however_it_is_written(office: Office) -> None:
    office.issue(place="Klinik A")
    refused = refusal(lambda: office.file(place=" KLINIK  a."))
    assert codes(refused) == [("data.practice_name", "permit_place_taken")]
    assert office.issue(1, "Klinik A")["status"] == "valid", "another doctor may"


def test_a_revoked_or_expired_permit_does_not_count_and_a_suspended_one_does(office: Office) -> None:
    made = [office.issue(place=place) for place in ("Klinik A", "Klinik B", "Klinik C")]
    office.act(made[0], "suspend")
    assert refusal(lambda: office.file(place="Klinik D")).status == 422
    office.act(made[1], "revoke")
    assert office.issue(place="Klinik D")["status"] == "valid"


def test_of_four_signings_at_once_one_is_refused(office: Office) -> None:
    cases = [office.ready(place=f"Klinik {letter}") for letter in "ABCD"]

    def sign(case: dict[str, Any]) -> Any:
        try:
            return office.desks.act(SIGNER, case, "sign")["state"]
        except Refused as refused:
            return refused.code

    threads = [eventlet.spawn(sign, case) for case in cases]
    assert sorted(t.wait() for t in threads) == ["issued", "issued", "issued", "permit_limit_reached"]
    assert sorted(office.numbers()) == ["0001", "0002", "0003"], "and the refused one took no number"


def test_two_signings_for_one_place_are_one(office: Office) -> None:
    cases = [office.ready(place="Klinik A") for _ in range(2)]
    office.desks.act(SIGNER, cases[0], "sign")
    refused = refusal(lambda: office.desks.act(SIGNER, cases[1], "sign"))
    assert (refused.status, refused.code) == (409, "permit_place_taken")


def test_a_correction_does_not_move_a_permit_to_a_place_that_is_taken(office: Office) -> None:
    office.issue(place="Klinik A")
    other = office.issue(place="Klinik B")
    refused = refusal(lambda: office.act(other, "correct", data={"practice_name": "Klinik A"}))
    assert (refused.status, refused.code) == (409, "permit_place_taken")
    assert office.get(other) == other


# ------------------------------------------------------------------ who sees what


def test_the_register_is_found_by_number_service_area_status_and_end(office: Office) -> None:
    for index in range(4):
        office.issue(index, practice_region="35.15.14.2013" if index % 2 else "35.15.18.2001")
        days(office, 1)
    first = office.list(number="503/0001/SIP-DR/DPMPTSP/2026")["items"]
    assert [p["number"] for p in first] == ["503/0001/SIP-DR/DPMPTSP/2026"]
    office.act(office.get(first[0]["id"]), "suspend")
    assert office.numbers() == ["0004", "0003", "0002", "0001"]
    assert office.numbers(limit=1) == ["0004", "0003", "0002", "0001"], "page by page"
    assert office.numbers(status="suspended") == ["0001"]
    assert office.numbers(status="valid", limit=2) == ["0004", "0003", "0002"]
    assert office.numbers(area="35.15.14", limit=1) == ["0002", "0004"]
    assert office.numbers(area="35.15.14.2013") == ["0002", "0004"]
    assert office.numbers(area="35.15.18", status="valid") == ["0003"]
    assert office.numbers(service="PRZ-SIP-DR", limit=3) == ["0004", "0003", "0002", "0001"]
    assert office.numbers(service="PRZ-X") == []
    assert office.numbers(until_from="2031-11-23", until_to="2031-11-24", limit=1) == ["0002", "0003"]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"status": "burnt"}, 422),
        ({"area": "35.15.1"}, 422),
        ({"until_from": "2031-02-30"}, 422),
        ({"limit": 0}, 422),
        ({"cursor": "xx"}, 400),
        ({"cursor": "WzFd"}, 400),
        ({"cursor": "W10", "area": "35.15.14"}, 400),
    ],
)
def test_a_wrong_filter_is_named(office: Office, params: Any, status: int) -> None:
    assert refusal(lambda: office.list(**params)).status == status


def test_a_village_sees_its_own_permits_with_the_holder_masked(office: Office) -> None:
    here = office.issue(0)
    there = office.issue(1, practice_region="35.15.18.2001")
    assert office.numbers("petugas.sukodono") == ["0001"]
    assert office.numbers("petugas.waru") == ["0002"]
    seen = office.get(here, "petugas.sukodono")
    assert seen["holder"]["name"] == "W**** C***** 0*"
    assert seen["holder"]["nik"].startswith("*" * 12)
    assert (seen["data"], seen["case"], seen["actions"]) == ({}, None, [])
    assert refusal(lambda: office.get(there, "petugas.sukodono")).status == 404
    assert office.get(here)["holder"]["name"] == doctor(0)["name"]
    assert office.list()["items"][0]["holder"]["name"].startswith("W***")
    assert refusal(lambda: office.list("operator")).status == 403


def test_a_holder_is_found_by_nik_or_the_beginning_of_the_name(office: Office) -> None:
    for place in ("Klinik A", "Klinik B"):
        office.issue(0, place)
    office.issue(1)
    nik = people.resident(0).nik
    assert [p["number"][4:8] for p in office.search(nik=nik)["items"]] == ["0002", "0001"]
    first = office.search(nik=nik, limit=1)
    assert [p["number"][4:8] for p in office.search(nik=nik, limit=1, cursor=first["next"])["items"]] == ["0001"]
    assert len(office.search(name="warga CONTOH")["items"]) == 3
    assert [p["number"][4:8] for p in office.search(name="Warga Contoh 02")["items"]] == ["0003"]
    page = office.search(name="Warga", limit=2)
    assert [p["number"][4:8] for p in office.search(name="Warga", limit=2, cursor=page["next"])["items"]] == ["0003"]
    assert office.search(name="contoh")["items"] == []


def test_a_search_by_holder_is_audited_without_the_nik(office: Office) -> None:
    permit = office.issue(0)
    nik = people.resident(0).nik
    office.search(nik=nik)
    office.search(name="warga contoh 01")
    with office.desks.databases["permits"].transaction() as tx:
        rows = tx.execute(select(audit).where(audit.c.action == "register.search").order_by(audit.c.id)).all()
    assert [row.actor for row in rows] == [SIGNER, SIGNER]
    assert [row.details["found"] for row in rows] == [[permit["id"]], [permit["id"]]]
    assert len(rows[0].details["person"]) == 64
    assert nik not in str([row.details for row in rows])
    assert "warga" not in str(rows[1].details).lower()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["nik", "name"]),
        ({"nik": "3515990101609990", "name": "Warga"}, ["nik", "name"]),
        ({"nik": "123"}, ["nik"]),
        ({"name": "ab"}, ["name"]),
        ({"name": "x" * 121}, ["name"]),
        ({"name": "Warga", "limit": 101}, ["limit"]),
    ],
)
def test_a_search_says_which_field_is_wrong(office: Office, body: Any, fields: list[str]) -> None:
    refused = refusal(lambda: office.search(**body))
    assert (refused.status, [f.field for f in refused.fields]) == (422, fields)


def test_a_counter_does_not_look_holders_up(office: Office) -> None:
    for account in ("petugas.sukodono", "operator"):
        assert refusal(lambda account=account: office.search(account, name="Warga")).status == 403
    office.issue(0)
    assert office.search("teknis.dinkes", name="Warga")["items"] == [], "another agency's permits are not its business"


# ------------------------------------------------------------------ verification


def test_a_verification_says_what_the_paper_says_and_not_whose_it_is(office: Office) -> None:
    permit = office.issue()
    shown = office.verify(permit["verification"]["code"].lower())
    assert {shown["number"], shown["valid_until"], shown["region"]} == {permit["number"], "2031-11-22", "35.15.14.2013"}
    assert shown["issued_by"] == "DPMPTSP"
    holder = doctor()
    assert not any(
        str(secret) in str(shown) for secret in (holder["nik"], holder["name"], SIP_DATA["practice_address"])
    )
    assert office.told("issued")[0].data["verification"] == permit["verification"]["path"]


def test_what_was_never_issued_cannot_be_verified(office: Office) -> None:
    case = office.ready()
    permit = office.issue(1)
    code = permit["verification"]["code"].replace("-", "")
    wrong = code[:5] + ("0" if code[5] != "0" else "1") + code[6:]
    for text in (case["tracking_code"], wrong, "", "P" * 16, "x" * 500):
        assert refusal(lambda text=text: office.verify(text)).to_dict()["code"] == "not_found"


# ------------------------------------------------------------------ a death


def test_a_death_ends_a_suspended_permit_too_and_leaves_a_trail(office: Office) -> None:
    made = [office.issue(place=place) for place in ("Klinik A", "Klinik B")]
    office.act(made[0], "suspend")
    now = office.desks.clock.now()
    with office.desks.databases["permits"].transaction() as tx:
        person = person_key(people.resident(0).nik, office.desks.runtime.person_key)
        assert lapse_permits(tx, person, now.date(), Doing(SYSTEM, now, now.date(), "c")) == 2
    assert [office.get(p)["status"] for p in made] == ["lapsed", "lapsed"]
    assert office.verify(made[1]["verification"]["code"])["status"] == "lapsed"
