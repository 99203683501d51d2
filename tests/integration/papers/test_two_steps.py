"""Nothing counts as decided before its paper is signed, and what was signed is decided once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mpp.cases.commands.holding import hold_open_cases
from mpp.casework.access.actors import BANK
from mpp.clock import new_id
from mpp.identity import demo as people
from mpp.identity.person import person_key
from mpp.persistence.database import Database
from tests.integration.permits.conftest import SIGNER, Office
from tests.support.desks import Desks, answering, refusal
from tests.support.papers import abandon, ask_as_gateway, awaited, finish, sign
from tests.support.permit_walks import file, take, walk

CLERK, SUPERVISOR = "petugas.sukodono", "penyelia.dpmptsp"


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.transaction() as tx:
        return [tuple(row) for row in tx.execute(text(query))]


def begun(office: Office, index: int = 0, place: str = "Klinik Contoh") -> dict[str, Any]:
    """A decision that waits for its signature."""
    return office.decide(SIGNER, office.ready(index, place), "sign")


def test_until_the_paper_is_signed_the_case_is_where_it_was(desks: Desks, office: Office) -> None:
    ready = office.ready()
    case = office.decide(SIGNER, ready, "sign")
    assert (case["state"], case["due_at"], case["permit"]) == (ready["state"], ready["due_at"], None)
    assert (case["document_number"], case["signed_as"]) == (None, None)
    (task,) = [task for task in case["tasks"] if task["outcome"] is None]
    assert task["being_signed"]
    assert case["signing"] == {
        "paper": case["papers"][0]["id"],
        "papers": [case["papers"][0]["id"]],
        "action": "sign",
        "adapter": "local",
        "since": desks.clock.now().isoformat(),
        "failure": None,
    }
    (paper,) = case["papers"]
    assert (paper["kind"], paper["status"], paper["printed_later"]) == ("permit", "awaiting", False)
    assert paper["number"].startswith("503/0001/SIP-DR")
    assert office.told() == []
    assert desks.events("permits")[-1].data["state"] == ready["state"]


def test_with_the_signature_the_permit_is_issued_under_the_number_on_its_paper(desks: Desks, office: Office) -> None:
    case = begun(office)
    printed = ask_as_gateway(desks, "permits", "snapshot", id=awaited(case))["snapshot"]
    finish(desks, "permits", awaited(case))
    case = desks.get(SIGNER, case)
    assert (case["state"], case["signing"], case["signed_as"] is not None) == ("issued", None, True)
    assert case["document_number"] == printed["number"] == case["permit"]["number"]
    assert case["permit"]["verification"]["code"] == printed["code"]
    assert (case["permit"]["valid_from"], case["permit"]["valid_until"]) == (
        printed["facts"]["valid_from"],
        printed["facts"]["valid_until"],
    )
    assert [paper["status"] for paper in case["papers"]] == ["issued"]
    assert [entry["action"] for entry in case["timeline"]][-2:] == ["signing", "sign"]
    assert {entry["actor"] for entry in case["timeline"][-2:]} == {SIGNER}
    (told,) = office.told("issued")
    assert told.data["number"] == printed["number"]


def test_what_the_paper_says_stays_though_it_is_signed_days_later(desks: Desks, office: Office) -> None:
    case = begun(office)
    day = desks.clock.now().date().isoformat()
    desks.clock.advance(timedelta(days=3))
    finish(desks, "permits", awaited(case))
    assert desks.get(SIGNER, case)["permit"]["valid_from"] == day


def test_the_same_file_again_changes_nothing_and_another_one_is_refused(desks: Desks, office: Office) -> None:
    case = begun(office)
    paper = awaited(case)
    first = finish(desks, "permits", paper)
    version = desks.get(SIGNER, case)["version"]
    assert finish(desks, "permits", paper) == first
    assert desks.get(SIGNER, case)["version"] == version
    assert len(office.told("issued")) == 1
    assert refusal(lambda: finish(desks, "permits", paper, "isi lain")).code == "paper_signed_otherwise"


def test_what_is_decided_cannot_be_decided_otherwise_withdrawn_or_amended(desks: Desks, office: Office) -> None:
    case = begun(office)
    for account, action, more in (
        (SIGNER, "sign", {}),
        (SIGNER, "reject", {"note": "kurang"}),
        (CLERK, "withdraw", {"note": "batal"}),
        (CLERK, "amend", {"note": "salah", "data": {"practice_name": "Klinik Lain"}}),
    ):
        refused = refusal(lambda a=account, b=action, c=more: desks.act(a, case, b, **c))  # type: ignore[misc]
        assert (refused.status, refused.code) == (409, "being_signed"), action
    offered = {action["action"] for account in (SIGNER, CLERK) for action in desks.get(account, case)["actions"]}
    assert offered == {"note", "claim"}


def test_a_note_and_a_claim_stay_possible_and_do_not_keep_it_from_being_signed(desks: Desks, office: Office) -> None:
    case = begun(office)
    case = desks.act(SIGNER, case, "note", note="Menunggu sertifikat.")
    other = "penandatangan.lain"
    desks.staff[other] = ("dpmptsp", "signer")
    case = desks.act(other, case, "claim")
    finish(desks, "permits", awaited(case))
    assert desks.get(SIGNER, case)["state"] == "issued"


def test_the_applicant_learns_of_the_decision_when_it_is_issued(desks: Desks, office: Office) -> None:
    case = begun(office)
    secret = desks.secret_of(case)
    mine = desks.get(None, case, secret)
    assert (mine["signing"], mine["papers"]) == (None, [])
    assert all(entry["note"] is None for entry in mine["timeline"] if entry["action"] == "signing")
    assert refusal(lambda: read(desks, None, awaited(case), secret)).status == 404
    finish(desks, "permits", awaited(case))
    mine = desks.get(None, case, secret)
    assert [paper["status"] for paper in mine["papers"]] == ["issued"]
    assert read(desks, None, awaited(case), secret)["status"] == "issued"


def read(desks: Desks, account: str | None, paper: str, secret: str | None = None) -> dict[str, Any]:
    payload = desks.payload(account, "GET", "", {}) | {"params": {"id": paper}}
    if secret is not None:
        payload["applicant"] = {"secret": secret}
    return dict(desks.answer("permits", "read_paper", payload)["body"])


def test_an_officer_signs_an_assessment_as_what_the_catalogue_calls_him_and_a_head_as_head(desks: Desks) -> None:
    assessed = take(desks, walk(desks, file(desks, "PRZ-PBG"), "assessment"), "assess")
    snapshot = ask_as_gateway(desks, "permits", "snapshot", id=awaited(assessed))["snapshot"]
    assert snapshot["signer"]["title"]["id"] == "Pejabat yang menetapkan retribusi"
    signed = take(desks, walk(desks, file(desks, "PRZ-KRK"), "signing"), "sign")
    snapshot = ask_as_gateway(desks, "permits", "snapshot", id=awaited(signed))["snapshot"]
    assert snapshot["signer"]["title"]["id"] == "Kepala DPMPTSP"


def test_a_letter_of_refusal_is_a_paper_without_a_permit(desks: Desks, office: Office) -> None:
    ready = office.ready()
    case = desks.act(SIGNER, ready, "reject", note="Tempat praktik tidak sesuai.")
    assert (case["state"], case["papers"][0]["kind"]) == (ready["state"], "refusal")
    snapshot = ask_as_gateway(desks, "permits", "snapshot", id=awaited(case))["snapshot"]
    assert snapshot["facts"]["reason"] == "Tempat praktik tidak sesuai."
    finish(desks, "permits", awaited(case))
    case = desks.get(SIGNER, case)
    assert (case["permit"], case["timeline"][-1]["note"]) == (None, "Tempat praktik tidak sesuai.")
    assert case["state"] != ready["state"]


def test_the_timer_neither_grants_nor_acts_while_it_is_being_signed(desks: Desks, office: Office) -> None:
    """But once the signing is given up, the silence counts."""
    case = begun(office)
    desks.clock.advance(timedelta(days=40))
    timer = desks.desks["permits"].timer
    timer.run_once()
    case = desks.get(SIGNER, case)
    assert (case["signing"] is not None, case["state"]) == (True, "signing")
    finish(desks, "permits", awaited(case))
    assert desks.get(SIGNER, case)["state"] == "issued"
    given_up = begun(office, 1, "Klinik Dua")
    desks.clock.advance(timedelta(days=40))
    timer.run_once()
    abandon(desks, SIGNER, "permits", awaited(given_up))
    timer.run_once()
    assert desks.get(SIGNER, given_up)["state"] == "deemed_granted"


def test_a_corrected_calendar_is_counted_while_it_is_being_signed(desks: Desks, office: Office) -> None:
    case = begun(office)
    table = "days:\n  - {date: 2026-11-26, kind: regional_holiday, name: Pemilihan}\n"
    payload = desks.payload("operator", "POST", "", {"name": "daerah", "source": table}) | {"params": {"op": "load"}}
    desks.answer("permits", "calendar", payload)
    desks.desks["permits"].timer.run_once()
    later = desks.get(SIGNER, case)
    assert later["timeline"][-1]["action"] == "recount"
    assert later["due_at"] > case["due_at"]
    finish(desks, "permits", awaited(later))
    assert desks.get(SIGNER, case)["state"] == "issued"


def test_a_death_in_between_holds_the_signature_up_until_the_case_goes_on(desks: Desks, office: Office) -> None:
    case = begun(office)
    person = person_key(people.resident(0).nik, desks.runtime.person_key)
    host, ids = desks.desks["permits"].host, {"correlation_id": new_id(), "causation_id": new_id()}
    with desks.databases["permits"].transaction() as tx:
        hold_open_cases(host, tx, person, "applicant_deceased", **ids)
    assert refusal(lambda: finish(desks, "permits", awaited(case))).code == "case_on_hold"
    held = desks.get(SUPERVISOR, case)
    assert held["papers"][0]["status"] == "awaiting"
    desks.act(SUPERVISOR, held, "resume", note="Ahli waris melanjutkan.")
    finish(desks, "permits", awaited(case))
    assert desks.get(SIGNER, case)["state"] == "issued"


def test_a_try_that_failed_is_shown_with_the_case_until_one_succeeds(desks: Desks, office: Office) -> None:
    case = begun(office)
    paper = awaited(case)
    told = ask_as_gateway(desks, "permits", "failed", {"failure": "signing_unavailable"}, id=paper)
    assert (told["attempts"], told["failure"]) == (1, "signing_unavailable")
    assert desks.get(SIGNER, case)["signing"]["failure"] == "signing_unavailable"
    (waits,) = ask_as_gateway(desks, "permits", "awaiting")["items"]
    assert waits["id"] == paper
    (task,) = desks.ask(SIGNER, "permits", "worklist")["items"]
    assert (task["being_signed"], task["signing"]) == (True, desks.get(SIGNER, case)["signing"])
    finish(desks, "permits", paper)
    assert ask_as_gateway(desks, "permits", "awaiting")["items"] == []
    assert ask_as_gateway(desks, "permits", "failed", {"failure": "too_late"}, id=paper)["status"] == "issued"


@pytest.mark.parametrize("op", ["snapshot", "signed", "failed", "awaiting", "missing", "make"])
@pytest.mark.parametrize("account", ["operator", SIGNER])
def test_only_the_gateway_itself_finishes_papers(desks: Desks, office: Office, op: str, account: str) -> None:
    paper = awaited(begun(office))
    body = {"sha256": "0" * 64, "size": 1, "how": "local", "signed_at": desks.clock.now().isoformat(), "failure": "x"}
    payload = desks.payload(account, "POST", "", body)
    payload["params"] = {"op": op, "id": paper, "case": paper, "action": "sign"}
    assert refusal(lambda: desks.answer("permits", "papers", payload)).code == "role_may_not"
    payload["token"] = desks.session(BANK)
    assert refusal(lambda: desks.answer("permits", "papers", payload)).code == "role_may_not"


def test_every_reading_of_a_paper_is_in_the_trail(desks: Desks, office: Office) -> None:
    case = sign(desks, SIGNER, office.ready(), "sign")
    read(desks, SIGNER, case["papers"][0]["id"])
    found = rows(desks.databases["permits"], "SELECT actor FROM audit WHERE action = 'read_paper'")
    assert found == [(SIGNER,)]
    assert refusal(lambda: read(desks, "petugas.waru", case["papers"][0]["id"])).status == 404


def test_a_running_case_gets_the_paper_that_the_newest_version_names(desks: Desks, office: Office) -> None:
    ready = office.ready()
    older = ready["service"]["version"] - 1
    with desks.databases["permits"].transaction() as tx:
        tx.execute(text("UPDATE cases SET service_version = :v"), {"v": older})
        tx.execute(
            text("INSERT INTO service_types SELECT code, :v, digest, replace(regexp_replace(source,"
                 " '( +|deemed_)paper: [^\n]+\n', '', 'g'), 'version: ' || :v + 1, 'version: ' || :v), first_met_at"
                 " FROM service_types WHERE code = 'PRZ-SIP-DR'"), {"v": older},
        )  # fmt: skip
    case = desks.act(SIGNER, ready, "sign", **answering(desks.get(SIGNER, ready)))
    assert case["service"]["version"] == older
    finish(desks, "permits", awaited(case))
    assert desks.get(SIGNER, case)["permit"] is not None
