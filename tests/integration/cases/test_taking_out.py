"""A document handed in by mistake, somebody else's perhaps, is taken out; that it was there stays on record."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from mpp.cases.storage.tables import documents
from mpp.casework.access.jurisdiction import CASE_ROLES
from mpp.casework.refusals import Refused
from mpp.persistence.tables import audit
from tests.integration.cases.test_documents import CONTENT, attach, incomplete, paper, payload, read, requirement
from tests.support.desks import SIP_DATA, Desks, doctor, refusal
from tests.support.permit_walks import who

CLERK = "petugas.sukodono"
OTHER = "d" * 64
WHY = "Pindaian orang lain."


def detach(
    desks: Desks, account: str | None, case: dict[str, Any], document: str | None = None, why: str = WHY, **more: Any
) -> dict[str, Any]:
    document = case["document"]["id"] if document is None else document
    made = payload(desks, account, case, {"note": why} if why else {}, **more)
    made |= {"method": "DELETE", "path": f"{made['path']}/{document}"}
    made["params"] = {"id": case["id"], "document": document}
    return dict(desks.answer(case["collection"], "detach_document", made)["body"])


def test_its_requirement_is_missing_again_and_the_trail_keeps_that_it_was_there(desks: Desks) -> None:
    case = attach(desks, CLERK, incomplete(desks), paper(name="KTP Warga Rahasia.pdf"))
    document = case["document"]
    before = desks.events("permits")
    after = detach(desks, CLERK, case)
    assert (requirement(after, "str")["fulfilled"], requirement(after, "str")["documents"]) == (False, [])
    assert after["version"] == case["version"] + 1
    line = after["timeline"][-1]
    assert (line["action"], line["actor"], line["office"]) == ("detach", CLERK, "35.15.14.2013")
    assert line["note"] == WHY
    (event,) = desks.new_events("permits", before)
    assert (event.type, event.data["action"]) == ("permits.application.updated.v1", "detach")
    with desks.databases["permits"].transaction() as tx:
        entry = tx.execute(select(audit).where(audit.c.action == "detach")).one()
        assert tx.execute(select(documents)).all() == []
    assert entry.details["documents"] == [{"document": document["id"], "requirement": "str"}]
    assert "Rahasia" not in str(entry)
    assert refusal(lambda: read(desks, CLERK, after, document["id"])).status == 404
    assert refusal(lambda: detach(desks, CLERK, after, document["id"])).status == 404
    refused = refusal(lambda: desks.act(CLERK, after, "complete"))
    assert "data.requirements.str" in [f.field for f in refused.fields]


def test_no_service_refers_to_its_content_any_more(desks: Desks) -> None:
    case = attach(desks, CLERK, incomplete(desks))
    detach(desks, CLERK, case)
    assert desks.ask("operator", "permits", "known_documents", hashes=[CONTENT]) == {"known": []}


def test_a_requirement_with_another_document_stays_fulfilled(desks: Desks) -> None:
    case = attach(desks, CLERK, incomplete(desks))
    first = case["document"]["id"]
    case = attach(desks, CLERK, case, paper(sha256=OTHER))
    after = detach(desks, CLERK, case, first)
    assert requirement(after, "str")["fulfilled"]
    assert not requirement(detach(desks, CLERK, {**after, "document": case["document"]}), "str")["fulfilled"]


def test_a_paper_that_was_shown_at_the_counter_stays_shown(desks: Desks) -> None:
    case = attach(desks, CLERK, incomplete(desks), paper("identity"))
    after = detach(desks, CLERK, case)
    assert requirement(after, "identity")["fulfilled"], "it was ticked when the case was filed"


def test_it_is_replaced_by_taking_out_and_handing_in(desks: Desks) -> None:
    case = attach(desks, CLERK, incomplete(desks))
    case = attach(desks, CLERK, detach(desks, CLERK, case), paper(sha256=OTHER))
    assert [d["sha256"] for d in requirement(case, "str")["documents"]] == [OTHER]
    case = attach(desks, CLERK, detach(desks, CLERK, case), paper())
    assert requirement(case, "str")["fulfilled"], "also by the one that was taken out before"


def test_the_applicant_takes_out_with_the_secret_while_papers_are_taken(desks: Desks) -> None:
    case = incomplete(desks)
    done = attach(desks, CLERK, case)
    assert refusal(lambda: detach(desks, None, done, secret="AAAAAAAAAA")).status == 404
    after = detach(desks, None, done, why="", secret=case["secret"])
    assert after["timeline"][-1]["actor"] == f"applicant:{case['id']}"


def test_staff_say_why_and_the_page_is_not_the_one_that_asks(desks: Desks) -> None:
    case = attach(desks, CLERK, incomplete(desks))
    for why in ("", "   "):
        refused = refusal(lambda why=why: detach(desks, CLERK, case, why=why))
        assert (refused.status, [f.field for f in refused.fields]) == (422, ["note"])
        made = payload(desks, CLERK, case, {"note": why})
        made["params"] = {"id": case["id"], "document": case["document"]["id"]}
        assert refusal(lambda made=made: desks.answer("permits", "check_detach", made)).status == 422
    assert desks.get(CLERK, case)["version"] == case["version"]


@pytest.mark.parametrize(
    ("account", "status"), [("petugas.waru", 404), ("penyelia.dpmptsp", 403), ("penandatangan.dpmptsp", 403)]
)
def test_who_may_not_hand_in_takes_nothing_out(desks: Desks, account: str, status: int) -> None:
    case = attach(desks, CLERK, desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA))
    assert refusal(lambda: detach(desks, account, case)).status == status
    assert desks.get(CLERK, case)["version"] == case["version"]


NEAR = {"35.15.14.2013": "clerk", "dpmptsp": "verifier"}  # origin and owner of a submitted file, and who has it in hand
ABOVE = ("35.15.14", "setda")  # of the origin; of the owner
ELSEWHERE = ("dinkes", "35.15.14.2016", "35.15.18", "dukcapil")


@pytest.mark.parametrize("role", [*CASE_ROLES, "partner", "operator"])
def test_who_may_take_out_by_role_and_office(desks: Desks, role: str) -> None:
    case = attach(desks, CLERK, desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA))
    wrong = []
    for office in (*NEAR, *ABOVE, *ELSEWHERE):
        sees = (
            role == "inspectorate"
            or (role in CASE_ROLES and office in NEAR)
            or (role == "supervisor" and office in ABOVE)
        )
        expected = 404 if not sees else 200 if NEAR.get(office) == role else 403
        found = may_detach(desks, who(desks, office, role), case)
        if found != expected:
            wrong.append(f"{role} @ {office}: {found} instead of {expected}")
    assert not wrong, "\n".join(wrong)


def may_detach(desks: Desks, account: str, case: dict[str, Any]) -> int:
    """The status that a command would have; nothing is done."""
    made = payload(desks, account, case, {"note": WHY}) | {
        "params": {"id": case["id"], "document": case["document"]["id"]}
    }
    try:
        found = desks.answer("permits", "check_detach", made)["body"]
    except Refused as refused:
        return refused.status
    assert found == {"sha256": CONTENT}
    return 200


def test_after_the_papers_were_taken_nothing_is_taken_out(desks: Desks) -> None:
    case = attach(desks, CLERK, desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA))
    document = case["document"]["id"]
    later = desks.act("verifikator.dpmptsp", case, "verify")
    refused = refusal(lambda: detach(desks, CLERK, later, document))
    assert (refused.status, refused.code, refused.params["action"]) == (409, "state_forbids", "detach")
    ended = desks.act(CLERK, later, "withdraw", note="Batal")
    assert refusal(lambda: detach(desks, CLERK, ended, document)).code == "case_finished"
    assert read(desks, CLERK, ended, document)["id"] == document


def test_the_same_key_takes_out_once_and_an_old_version_nothing(desks: Desks) -> None:
    case = attach(desks, CLERK, incomplete(desks))
    stale = refusal(lambda: detach(desks, CLERK, case, version=case["version"] - 1))
    assert (stale.status, stale.code) == (412, "version_stale")
    first = detach(desks, CLERK, case, key="k-1")
    assert detach(desks, CLERK, case, key="k-1") == first


def test_a_document_of_another_case_is_not_there(desks: Desks) -> None:
    case = attach(desks, CLERK, incomplete(desks))
    other = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(2), data={**SIP_DATA, "requirements": {}})
    for document in (case["document"]["id"], "x", ""):
        assert refusal(lambda document=document: detach(desks, CLERK, other, document)).status == 404
    assert read(desks, CLERK, case, case["document"]["id"])["sha256"] == CONTENT
