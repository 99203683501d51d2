"""A paper of one service fulfils what another one requires: named by code or number, and by its event (ADR 0025)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mpp.cases.prerequisites import needs
from mpp.casework.codes import tracking
from mpp.clock import new_id
from mpp.identity import demo as people
from mpp.json_text import write
from mpp.messaging.events.event import Event
from mpp.persistence import restores
from mpp.persistence.restores import Restored
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.test_renewal import NEAR_THE_END, on
from tests.support.desks import Desks, death_data, doctor, refusal
from tests.support.paper_post import (
    CLERK,
    DUKCAPIL,
    OFFICIAL,
    Post,
    apply,
    birth,
    certified,
    needing_each_other,
    paper_of,
    reported,
    seen,
)
from tests.support.papers import abandon, ask_as_gateway, awaited, finish, with_papers, without_papers
from tests.support.permit_walks import Case, file, walk

UNKNOWN = [("data.requirements.krk", "unknown_paper")]
THERE = (True, "there", None)


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    opened = needing_each_other(Desks(service_urls))
    yield opened
    opened.close()


@pytest.fixture
def post(desks: Desks) -> Post:
    return Post(desks)


def code_on(desks: Desks, case: Case) -> str:
    """The verification code that is printed on the newest paper of a case."""
    paper = desks.get(OFFICIAL if case["collection"] == "registrations" else SIGNER, case)["papers"][-1]["id"]
    return str(ask_as_gateway(desks, case["collection"], "snapshot", id=paper)["snapshot"]["code"])


def fields_of(call: Callable[[], Any]) -> list[tuple[str, str]]:
    return [(f.field, f.code) for f in refusal(call).fields]


def told(events: list[Event]) -> list[tuple[str, str, int]]:
    return [(e.type, e.data["status"], e.subjectversion) for e in events if e.type.split(".")[1] == "paper"]


def licence(desks: Desks, index: int = 1) -> dict[str, Any]:
    """A practice licence whose paper is signed, as the register shows it."""
    return Office(desks).issue(index)


# ------------------------------------------------------------------ by its event


def test_a_certificate_that_is_applied_for_completes_the_file_when_it_is_signed(desks: Desks, post: Post) -> None:
    death = reported(desks)
    case = apply(desks, death["tracking_code"])
    assert (case["state"], paper_of(desks, case)) == ("incomplete", (False, "awaited", None))
    number = desks.act(OFFICIAL, death, "sign")["document_number"]
    assert seen(desks, case)["state"] == "incomplete", "nothing happens before the event arrives"
    post.bring()
    case = seen(desks, case)
    assert (case["state"], paper_of(desks, case)) == ("submitted", THERE)
    assert [(e["action"], e["actor"]) for e in case["timeline"]][1:] == [
        ("paper_arrived", "system"),
        ("complete", "system"),
    ]
    assert number in case["timeline"][1]["note"]


def test_a_licence_fulfils_what_the_registry_requires(desks: Desks, post: Post) -> None:
    permit = licence(desks)
    post.bring()
    assert paper_of(desks, birth(desks, permit["number"])) == THERE


@pytest.mark.parametrize("by", ["number", "verification code", "tracking code"])
def test_a_certificate_that_was_issued_is_named_by_any_of_its_codes(desks: Desks, post: Post, by: str) -> None:
    death = certified(desks)
    post.bring()
    named = {"number": death["document_number"], "verification code": code_on(desks, death)}.get(by)
    case = apply(desks, named or death["tracking_code"])
    assert (case["state"], paper_of(desks, case)) == ("submitted", THERE)


def test_somebody_elses_certificate_is_as_unknown_as_nobodys(desks: Desks, post: Post) -> None:
    death = certified(desks, reporter=0)
    post.bring()
    for given in (death["document_number"], code_on(desks, death), "3515-KM-01012026-9999"):
        assert fields_of(lambda given=given: apply(desks, given, index=2)) == UNKNOWN  # type: ignore[misc]
    for given in (death["tracking_code"], tracking.new_code("R")):
        assert paper_of(desks, apply(desks, given, index=2)) == (False, "awaited", None)


def test_a_certificate_that_comes_for_somebody_else_fulfils_nothing(desks: Desks, post: Post) -> None:
    death = reported(desks, reporter=0)
    mine, others = apply(desks, death["tracking_code"], index=0), apply(desks, death["tracking_code"], index=2)
    desks.act(OFFICIAL, death, "sign")
    post.bring()
    assert paper_of(desks, mine) == THERE
    assert paper_of(desks, others) == (False, "awaited", None)


def test_a_code_of_another_service_is_no_certificate(desks: Desks, post: Post) -> None:
    permit = licence(desks, 0)
    post.bring()
    application = desks.get(SIGNER, {"collection": "permits", "id": permit["case"]})
    for given in (permit["number"], permit["verification"]["code"], application["tracking_code"]):
        assert fields_of(lambda given=given: apply(desks, given)) == UNKNOWN  # type: ignore[misc]


def test_an_organisation_is_known_by_its_nib(desks: Desks, post: Post) -> None:
    firm = {"kind": "organisation", "name": "PT Contoh", "nib": "9980000000001", "contact": {"name": "Kepala"}}
    death = desks.open(DUKCAPIL, "ADM-MTI-01", applicant=firm, data=death_data(5))
    death = desks.act(OFFICIAL, desks.act("verifikator.dukcapil", death, "verify"), "sign")
    post.bring()
    renamed = {**firm, "name": "PT Contoh Jaya"}
    assert paper_of(desks, apply(desks, death["document_number"], applicant=renamed)) == THERE
    other = {**firm, "nib": "9980000000002"}
    assert fields_of(lambda: apply(desks, death["document_number"], applicant=other)) == UNKNOWN


def test_no_event_of_a_paper_says_who_it_is_of(desks: Desks, post: Post) -> None:
    certified(desks, reporter=0, deceased=3)
    licence(desks)
    events = [e for e in post.bring() if e.type.split(".")[1] in ("paper", "paper_type")]
    assert {e.type for e in events} == {"civil_registry.paper.issued.v1", "permits.paper.issued.v1"}
    assert {e.dataclassification for e in events} == {"internal"}
    for event in events:
        headers, body = event.to_message()
        wire = write(headers) + body + event.routing_key.encode()
        for who in (people.resident(0), people.resident(1), people.resident(3)):
            assert who.nik.encode() not in wire
            assert not [word for word in who.name.split() if len(word) > 2 and word.encode() in wire]


# ------------------------------------------------------------------ what becomes of it


def test_a_suspended_licence_opens_the_requirement_until_it_is_reinstated(desks: Desks, post: Post) -> None:
    permit = licence(desks)
    post.bring()
    case = birth(desks, permit["number"])
    permit = Office(desks).act(permit, "suspend")
    assert told(post.bring()) == [("permits.paper.changed.v1", "suspended", 2)]
    assert paper_of(desks, case) == (False, "lost", "suspended")
    assert fields_of(lambda: birth(desks, permit["number"])) == [("data.requirements.marriage", "paper_not_in_force")]
    Office(desks).act(permit, "reinstate")
    assert told(post.bring()) == [("permits.paper.changed.v1", "valid", 3)]
    assert paper_of(desks, case) == THERE


def test_a_revoked_licence_is_lost_and_moves_no_case(desks: Desks, post: Post) -> None:
    permit = licence(desks)
    post.bring()
    case = birth(desks, permit["number"])
    Office(desks).act(permit, "revoke")
    assert told(post.bring()) == [("permits.paper.ended.v1", "revoked", 2)]
    assert paper_of(desks, case) == (False, "lost", "revoked")
    assert seen(desks, case)["state"] == "submitted"


def test_a_corrected_licence_stands_in_the_place_of_the_old_one(desks: Desks, post: Post) -> None:
    permit = licence(desks)
    post.bring()
    case = birth(desks, permit["number"])
    old = Office(desks).act(permit, "correct", data={"practice_address": "Jalan Benar 7"})
    issued, ended = told(post.bring())
    assert (issued, ended) == (("permits.paper.issued.v1", "valid", 1), ("permits.paper.ended.v1", "superseded", 2))
    assert paper_of(desks, case) == THERE
    assert [e["action"] for e in seen(desks, case)["timeline"]] == ["open", "paper_arrived"]
    assert old["superseded_by"]["number"] in str(seen(desks, case)["requirements"])


def test_a_renewed_licence_stands_in_the_place_of_the_old_one_in_either_order(desks: Desks, post: Post) -> None:
    old = walk(desks, file(desks, "PRZ-SIP-DR", 1, kind="new"), "issued")
    post.bring()
    case = birth(desks, old["document_number"])
    desks.clock.advance(NEAR_THE_END)
    new = walk(desks, on(desks, old, "renewal", 1), "issued")
    late = post.lose()
    assert [e.type.split(".")[2] for e in late] == ["issued", "ended"]
    post.deliver(late[1:])
    assert paper_of(desks, case) == (False, "lost", "superseded")
    post.deliver(late[:1])
    assert paper_of(desks, case) == THERE
    assert new["document_number"] in str(seen(desks, case)["requirements"])


def test_a_paper_that_was_given_up_is_never_told_and_the_next_one_is(desks: Desks, post: Post) -> None:
    death = reported(desks)
    case = apply(desks, death["tracking_code"])
    desks.signs_at_once = False
    death = desks.act(OFFICIAL, death, "sign")
    death = abandon(desks, OFFICIAL, "registrations", awaited(death))
    assert told(post.bring()) == []
    assert paper_of(desks, case) == (False, "awaited", None)
    death = desks.act(OFFICIAL, death, "sign")
    finish(desks, "registrations", awaited(death))
    assert told(post.bring()) == [("civil_registry.paper.issued.v1", "valid", 1)]
    assert paper_of(desks, case) == THERE


@pytest.mark.parametrize(
    ("by", "action", "reason"), [(OFFICIAL, "reject", "rejected"), (DUKCAPIL, "withdraw", "withdrawn")]
)
def test_a_certificate_that_will_not_come_is_told(desks: Desks, post: Post, by: str, action: str, reason: str) -> None:
    death = reported(desks)
    case = apply(desks, death["tracking_code"])
    desks.act(by, death, action, note="Data tidak sesuai.")
    assert [(type_, status) for type_, status, _ in told(post.bring())] == [("civil_registry.paper.ended.v1", reason)]
    assert paper_of(desks, case) == (False, "failed", reason)
    assert fields_of(lambda: apply(desks, death["tracking_code"])) == [("data.requirements.krk", "paper_not_coming")]


def test_a_licence_whose_last_day_is_over_is_lost_without_any_event(desks: Desks, post: Post) -> None:
    permit = licence(desks)
    post.bring()
    case = birth(desks, permit["number"])
    desks.clock.advance(after(desks, permit))
    assert fields_of(lambda: birth(desks, permit["number"])) == [("data.requirements.marriage", "paper_not_in_force")]
    post.desks.desks["registrations"].prerequisites.run_out()
    assert paper_of(desks, case) == (False, "lost", "expired")
    version = seen(desks, case)["version"]
    post.desks.desks["registrations"].prerequisites.run_out()
    Office(desks).run_timer()
    assert ("permits.paper.ended.v1", "expired", 2) in told(post.bring())
    assert seen(desks, case)["version"] == version, "it is told once"


def test_who_decides_looks_at_the_paper_again(desks: Desks, post: Post) -> None:
    permit = licence(desks)
    post.bring()
    case = birth(desks, permit["number"])
    desks.clock.advance(after(desks, permit))
    case = desks.act("verifikator.dukcapil", seen(desks, case), "verify")
    assert paper_of(desks, case) == (False, "lost", "expired")
    assert [e["action"] for e in case["timeline"]][1:] == ["paper_lost", "verify"]


def after(desks: Desks, permit: dict[str, Any]) -> timedelta:
    """Until the morning after its last day."""
    last = date.fromisoformat(permit["valid_until"])
    return datetime(last.year, last.month, last.day, 3, 0, tzinfo=UTC) + timedelta(days=1) - desks.clock.now()


# ------------------------------------------------------------------ on the way


def states(desks: Desks, post: Post) -> list[Event]:
    """Three states of one licence: issued, suspended, revoked; none has come."""
    permit = Office(desks).act(licence(desks), "suspend")
    Office(desks).act(permit, "revoke")
    events = post.lose()
    assert [e.data["status"] for e in events] == ["valid", "suspended", "revoked"]
    return events


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2), (2,), (0, 0, 2, 2, 0)])
def test_in_whatever_order_they_come_the_newest_state_stands(desks: Desks, post: Post, order: tuple[int, ...]) -> None:
    events = states(desks, post)
    case = birth(desks, tracking_code(desks, events))
    post.deliver([events[place] for place in order])
    fulfilled, status, reason = paper_of(desks, case)
    assert (fulfilled, status in ("failed", "lost"), reason) == (False, True, "revoked")


def test_the_same_event_twice_changes_nothing(desks: Desks, post: Post) -> None:
    case = apply(desks, reported(desks)["tracking_code"])
    death = desks.get(OFFICIAL, {"collection": "registrations", "id": source(desks)})
    desks.act(OFFICIAL, death, "sign")
    events = post.lose()
    post.deliver(events)
    version = seen(desks, case)["version"]
    post.deliver(events)
    handler = desks.desks["permits"].prerequisites.told_elsewhere
    with desks.databases["permits"].transaction() as tx:
        handler(tx, events[0])
    assert seen(desks, case)["version"] == version


def source(desks: Desks) -> str:
    with desks.databases["civil_registry"].transaction() as tx:
        return str(tx.exec_driver_sql("SELECT id FROM cases").scalar_one())


def tracking_code(desks: Desks, events: list[Event]) -> str:
    return str(events[0].data["tracking_code"])


def test_a_service_tells_of_no_paper_that_another_one_issues(desks: Desks, post: Post) -> None:
    permit = licence(desks)
    (issued,) = post.lose()
    post.deliver([issued])
    case = birth(desks, permit["number"])
    revoked = {**issued.data, "status": "revoked"}
    forged = event(issued, "civil_registry.paper.ended.v1", revoked)
    post.deliver([forged])
    assert paper_of(desks, case) == THERE
    with desks.databases["civil_registry"].transaction() as tx:
        reasons = tx.exec_driver_sql("SELECT status, reason FROM inbox WHERE status <> 'done'").all()
    assert [(status, "ForeignPaper" in reason) for status, reason in reasons] == [("retry", True)]


def test_an_event_of_the_registry_under_the_id_of_a_licence_ends_no_licence(desks: Desks, post: Post) -> None:
    death, permit = certified(desks), licence(desks)
    events = {e.type.split(".")[0]: e for e in post.lose()}
    post.deliver(list(events.values()))
    case = apply(desks, death["document_number"])
    mine = events["civil_registry"]
    of_licence = Event(**{**vars(mine), "id": new_id(), "subject": events["permits"].subject, "subjectversion": 9})
    post.deliver([event(of_licence, "civil_registry.paper.ended.v1", {**mine.data, "status": "revoked"})])
    assert paper_of(desks, case) == THERE
    assert paper_of(desks, birth(desks, permit["number"])) == THERE


def event(like: Event, type_: str, data: dict[str, Any]) -> Event:
    service = type_.split(".")[0]
    changes = {"id": new_id(), "type": type_, "source": f"mpp/{service}", "data": data, "subjectversion": 9}
    return Event(**{**vars(like), **changes})


# ------------------------------------------------------------------ from before they were needed


def kept(desks: Desks, service: str) -> int:
    with desks.databases[service].transaction() as tx:
        return int(tx.exec_driver_sql("SELECT count(*) FROM known_papers").scalar_one())


def types_told(desks: Desks) -> list[str]:
    return [e.type for name in ("permits", "civil_registry") for e in desks.events(name) if ".paper_type." in e.type]


def test_papers_from_before_anybody_needed_them_are_announced_once(
    desks: Desks, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needs, "PAGE", 2)
    deaths = [certified(desks, deceased=index) for index in (3, 5, 7)]
    post.lose()
    assert fields_of(lambda: apply(desks, deaths[0]["document_number"])) == UNKNOWN
    post.loops()
    for death in deaths:
        assert paper_of(desks, apply(desks, death["document_number"])) == THERE
    asked = types_told(desks)
    assert sorted(asked) == [
        "civil_registry.paper_type.announced.v1",
        "civil_registry.paper_type.needed.v1",
        "permits.paper_type.announced.v1",
        "permits.paper_type.needed.v1",
    ]
    desks.clock.advance(timedelta(hours=1))
    post.loops()
    assert types_told(desks) == asked, "once"


def test_who_is_not_answered_asks_again(desks: Desks, post: Post) -> None:
    death = certified(desks)
    desks.desks["permits"].paper_needs.run_once()
    post.lose()
    desks.desks["permits"].paper_needs.run_once()
    assert len(types_told(desks)) == 1, "not at every turn"
    desks.clock.advance(timedelta(minutes=11))
    post.loops()
    assert paper_of(desks, apply(desks, death["document_number"])) == THERE


def test_a_service_keeps_no_copy_of_what_it_does_not_need(desks: Desks, post: Post) -> None:
    desks.act(OFFICIAL, desks.act("verifikator.dukcapil", birth(desks, True), "verify"), "sign")
    walk(desks, file(desks, "PRZ-KRK"), "issued")
    assert [type_.split(".")[0] for type_, _, _ in told(post.bring())] == ["permits", "civil_registry"]
    assert (kept(desks, "permits"), kept(desks, "civil_registry")) == (0, 0)


def test_a_copy_of_the_service_with_an_older_catalogue_keeps_what_a_newer_one_has_asked_for(
    desks: Desks, post: Post, service_urls: Mapping[str, str]
) -> None:
    death = certified(desks)
    post.lose()
    older = Post(with_papers(Desks(service_urls)))
    older.bring()
    assert kept(desks, "permits") == 0, "nobody needs it there"
    desks.desks["permits"].paper_needs.run_once()
    post.bring()
    while desks.desks["registrations"].paper_needs.run_once():
        pass
    older.bring()
    assert paper_of(desks, apply(desks, death["document_number"])) == THERE
    older.desks.close()


def test_what_is_printed_later_is_told_when_it_is_signed(service_urls: Mapping[str, str]) -> None:
    before = without_papers(Desks(service_urls))
    death = certified(before)
    before.close()
    desks = needing_each_other(Desks(service_urls))
    post = Post(desks)
    (one,) = ask_as_gateway(desks, "registrations", "missing")["items"]
    paper = ask_as_gateway(desks, "registrations", "make", case=one["case"], action=one["action"])
    assert told(post.bring()) == []
    finish(desks, "registrations", paper["id"])
    assert told(post.bring()) == [("civil_registry.paper.issued.v1", "valid", 1)]
    assert paper_of(desks, apply(desks, death["document_number"])) == THERE
    desks.close()


def test_what_is_printed_later_of_a_permit_that_was_revoked_meanwhile_does_not_hold(
    service_urls: Mapping[str, str],
) -> None:
    before = without_papers(Desks(service_urls))
    permit = Office(before).issue(1)
    before.close()
    desks = needing_each_other(Desks(service_urls))
    post = Post(desks)
    (one,) = ask_as_gateway(desks, "permits", "missing")["items"]
    paper = ask_as_gateway(desks, "permits", "make", case=one["case"], action=one["action"])
    Office(desks).act(permit, "revoke")
    finish(desks, "permits", paper["id"])
    assert told(post.bring()) == [("permits.paper.issued.v1", "revoked", 1)]
    assert fields_of(lambda: birth(desks, permit["number"])) == [("data.requirements.marriage", "paper_not_in_force")]
    desks.close()


# ------------------------------------------------------------------ after a restore


def restored(desks: Desks, service: str) -> None:
    now = desks.clock.now()
    with desks.databases[service].transaction() as tx:
        restores.write_down(tx, Restored(new_id(), "cadangan", now, now, versions_after=8000))


def test_who_issues_papers_tells_them_anew_after_a_restore_and_under_new_versions(desks: Desks, post: Post) -> None:
    permit = licence(desks)
    post.loops()
    case = birth(desks, permit["number"])
    Office(desks).act(permit, "revoke")
    post.bring()
    assert paper_of(desks, case) == (False, "lost", "revoked")
    undo_revocation(desks)
    restored(desks, "permits")
    post.loops()
    assert paper_of(desks, case) == THERE
    events = [e for e in desks.events("permits") if e.type.startswith("permits.paper.")]
    versions = [e.subjectversion for e in events]
    assert versions == sorted(set(versions)), "no version is told twice"


def undo_revocation(desks: Desks) -> None:
    """The database as it was before."""
    with desks.databases["permits"].transaction() as tx:
        tx.exec_driver_sql("UPDATE permits SET status = 'valid', version = 1")
        tx.exec_driver_sql("UPDATE papers SET version = 1")


def test_who_needs_papers_asks_anew_after_a_restore(desks: Desks, post: Post) -> None:
    post.loops()
    death = certified(desks)
    post.lose()
    restored(desks, "permits")
    post.loops()
    assert paper_of(desks, apply(desks, death["document_number"])) == THERE


# ------------------------------------------------------------------ whose paper it is


def test_a_case_whose_applicant_was_somebody_else_has_no_right_to_the_paper(desks: Desks, post: Post) -> None:
    death = certified(desks)
    post.bring()
    case = apply(desks, death["tracking_code"])
    other = {"nik": doctor(2)["nik"], "name": doctor(2)["name"]}
    refused = refusal(lambda: desks.act(CLERK, case, "amend", note="Salah ketik.", data={"applicant": other}))
    assert ("data.requirements.krk", "unknown_paper") in [(f.field, f.code) for f in refused.fields]
