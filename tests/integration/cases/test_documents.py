"""A document handed in against a requirement: who may, when, and what it leaves."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import select

from mpp.cases.storage.tables import documents, timeline
from mpp.persistence.tables import audit, idempotency
from tests.support.desks import REPORT, SIP_DATA, Desks, birth_data, doctor, refusal

CLERK = "petugas.sukodono"
CONTENT = hashlib.sha256(b"contoh").hexdigest()


def paper(requirement: str = "str", **changes: Any) -> dict[str, Any]:
    """What the gateway says of a file that it has stored."""
    return {
        "requirement": requirement,
        "name": "str.pdf",
        "type": "application/pdf",
        "size": 6,
        "sha256": CONTENT,
        **changes,
    }


def payload(
    desks: Desks,
    account: str | None,
    case: dict[str, Any],
    body: dict[str, Any],
    *,
    key: str | None = None,
    version: int | None = None,
    secret: str | None = None,
) -> dict[str, Any]:
    made = desks.payload(account, "POST", f"/api/v1/{case['collection']}/{case['id']}/documents", body, key=key)
    made |= {"if_match": case["version"] if version is None else version, "params": {"id": case["id"]}}
    if secret is not None:
        made["applicant"] = {"secret": secret}
    return made


def attach(
    desks: Desks, account: str | None, case: dict[str, Any], body: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    made = payload(desks, account, case, body or paper(), **more)
    return dict(desks.answer(case["collection"], "attach_document", made)["body"])


def check(desks: Desks, account: str | None, case: dict[str, Any], requirement: str = "str", **more: Any) -> None:
    made = payload(desks, account, case, {"requirement": requirement}, **more)
    desks.answer(case["collection"], "check_document", made)


def check_size(desks: Desks, account: str | None, case: dict[str, Any], body: dict[str, Any]) -> None:
    """What the gateway asks first, with the length that the sender declares."""
    desks.answer(case["collection"], "check_document", payload(desks, account, case, body))


def read(
    desks: Desks, account: str | None, case: dict[str, Any], document: str, secret: str | None = None
) -> dict[str, Any]:
    made = desks.payload(account, "GET", "", {}) | {"params": {"id": case["id"], "document": document}}
    if secret is not None:
        made["applicant"] = {"secret": secret}
    return dict(desks.answer(case["collection"], "read_document", made)["body"])


def incomplete(desks: Desks) -> dict[str, Any]:
    """A permit case in which only one of three papers is there."""
    data = {**SIP_DATA, "requirements": {"identity": True}}
    return desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(), data=data)


def requirement(case: dict[str, Any], code: str) -> dict[str, Any]:
    return next(dict(r) for r in case["requirements"] if r["code"] == code)


# ------------------------------------------------------------------------------------------------- what it does


def test_a_document_fulfils_its_requirement_and_leaves_a_trail(desks: Desks) -> None:
    case = incomplete(desks)
    before = desks.events("permits")
    after = attach(desks, CLERK, case)

    assert requirement(case, "str") | {"documents": []} == requirement(case, "str")
    assert not requirement(case, "str")["fulfilled"]
    fulfilled = requirement(after, "str")
    assert fulfilled["fulfilled"]
    (shown,) = fulfilled["documents"]
    assert shown == after["document"]
    assert shown | {"id": "", "uploaded_at": ""} == {
        "id": "",
        "uploaded_at": "",
        "requirement": "str",
        "name": "str.pdf",
        "type": "application/pdf",
        "size": 6,
        "by": CLERK,
        "sha256": CONTENT,
    }
    assert after["version"] == case["version"] + 1
    assert after["state"] == "incomplete"
    line = after["timeline"][-1]
    assert (line["action"], line["actor"], line["office"]) == ("attach", CLERK, "35.15.14.2013")
    (event,) = desks.new_events("permits", before)
    assert (event.type, event.data["action"]) == ("permits.application.updated.v1", "attach")
    with desks.databases["permits"].transaction() as tx:
        entry = tx.execute(select(audit).where(audit.c.action == "attach")).one()
    assert entry.details["documents"] == [{"document": shown["id"], "requirement": "str", "sha256": CONTENT}]


def test_the_clock_starts_only_when_the_last_document_is_in_and_the_file_is_completed(desks: Desks) -> None:
    case = incomplete(desks)
    assert case["due_at"] is None
    refused = refusal(lambda: desks.act(CLERK, case, "complete"))
    assert [f.field for f in refused.fields] == ["data.requirements.str", "data.requirements.practice_place"]
    case = attach(desks, CLERK, case)
    refused = refusal(lambda: desks.act(CLERK, case, "complete"))
    assert [f.field for f in refused.fields] == ["data.requirements.practice_place"]
    case = attach(desks, CLERK, case, paper("practice_place"))
    assert case["due_at"] is None
    case = desks.act(CLERK, case, "complete")
    assert case["state"] == "submitted"
    assert case["due_at"] is not None


def test_a_name_reaches_neither_event_nor_audit_nor_timeline(desks: Desks) -> None:
    case = incomplete(desks)
    attach(desks, CLERK, case, paper(name="KTP Warga Rahasia.pdf"))
    told = "".join(str(e) for e in desks.events("permits"))
    with desks.databases["permits"].transaction() as tx:
        told += str(tx.execute(select(audit.c.reason, audit.c.details)).all())
        told += str(tx.execute(select(timeline)).all())
    assert "Rahasia" not in told


def test_several_documents_may_stand_for_one_requirement_and_the_same_one_may_not_twice(desks: Desks) -> None:
    case = attach(desks, CLERK, incomplete(desks))
    refused = refusal(lambda: attach(desks, CLERK, case))
    assert (refused.status, refused.code) == (409, "document_there")
    case = attach(desks, CLERK, case, paper(sha256="b" * 64, name="halaman 2.png", type="image/png"))
    case = attach(desks, CLERK, case, paper("practice_place"))  # the same file may prove two things
    assert [d["name"] for d in requirement(case, "str")["documents"]] == ["str.pdf", "halaman 2.png"]


# ----------------------------------------------------------------------------------------------------- once


def test_the_same_key_attaches_once_and_gives_the_same_answer(desks: Desks) -> None:
    case = incomplete(desks)
    first = attach(desks, CLERK, case, key="k-1")
    check(desks, CLERK, case, key="k-1")  # stale by now, and still worth sending again
    assert attach(desks, CLERK, case, key="k-1") == first
    with desks.databases["permits"].transaction() as tx:
        assert len(tx.execute(select(documents)).all()) == 1


def test_the_same_key_with_another_file_is_refused(desks: Desks) -> None:
    case = incomplete(desks)
    attach(desks, CLERK, case, key="k-1")
    for other in (paper(sha256="c" * 64), paper("practice_place"), paper(name="lain.pdf")):
        refused = refusal(lambda other=other: attach(desks, CLERK, case, other, key="k-1"))
        assert (refused.status, refused.code) == (422, "idempotency_key_reused")


def test_two_clerks_at_once_one_of_them_has_seen_an_old_case(desks: Desks) -> None:
    case = incomplete(desks)
    attach(desks, CLERK, case)
    stale = refusal(lambda: attach(desks, CLERK, case, paper("practice_place")))
    assert (stale.status, stale.code) == (412, "version_stale")
    assert refusal(lambda: check(desks, CLERK, case)).status == 412


# ------------------------------------------------------------------------------------------------------- who


def test_the_applicant_completes_with_the_secret(desks: Desks) -> None:
    case = incomplete(desks)
    after = attach(desks, None, case, secret=case["secret"])
    assert after["document"]["by"] == f"applicant:{case['id']}"
    assert read(desks, None, case, after["document"]["id"], secret=case["secret"])["sha256"] == CONTENT


def test_a_wrong_secret_sees_no_case(desks: Desks) -> None:
    case = incomplete(desks)
    done = attach(desks, CLERK, case)
    for attempt in (
        lambda: check(desks, None, case, secret="AAAAAAAAAA"),
        lambda: attach(desks, None, done, paper("practice_place"), secret="AAAAAAAAAA"),
        lambda: read(desks, None, case, done["document"]["id"], secret="AAAAAAAAAA"),
    ):
        assert refusal(attempt).status == 404


def test_another_office_sees_no_case_and_no_document(desks: Desks) -> None:
    case = incomplete(desks)
    done = attach(desks, CLERK, case)
    assert refusal(lambda: check(desks, "petugas.waru", done)).status == 404
    assert refusal(lambda: attach(desks, "petugas.waru", done, paper("practice_place"))).status == 404
    assert refusal(lambda: read(desks, "petugas.waru", done, done["document"]["id"])).status == 404


def test_who_sees_the_case_but_holds_no_task_of_it_attaches_nothing(desks: Desks) -> None:
    case = attach(desks, CLERK, desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA))
    assert case["state"] == "submitted"
    supervisor = refusal(lambda: attach(desks, "penyelia.dpmptsp", case, paper("skp")))
    assert (supervisor.status, supervisor.code) == (403, "role_may_not")
    signer = refusal(lambda: attach(desks, "penandatangan.dpmptsp", case, paper("skp")))
    assert (signer.status, signer.code) == (403, "office_may_not")
    assert not desks.get("penandatangan.dpmptsp", case)["may_attach"]
    assert desks.get("verifikator.dpmptsp", case)["may_attach"]
    assert attach(desks, "verifikator.dpmptsp", case, paper("skp"))["document"]["by"] == "verifikator.dpmptsp"


# ------------------------------------------------------------------------------------------------------ when


def test_papers_are_taken_while_the_file_is_gathered_and_not_after(desks: Desks) -> None:
    case = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    case = desks.act("verifikator.dpmptsp", case, "verify")
    refused = refusal(lambda: attach(desks, CLERK, case))
    assert (refused.status, refused.code) == (409, "state_forbids")
    assert refusal(lambda: check(desks, CLERK, case)).code == "state_forbids"


def test_a_returned_file_is_completed_with_documents(desks: Desks) -> None:
    case = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    case = desks.act("verifikator.dpmptsp", case, "return", note="STR tidak terbaca")
    case = attach(desks, None, case, secret=case.get("secret") or _secret(desks, case))
    assert desks.act(CLERK, case, "complete")["state"] == "submitted"


def test_a_finished_case_takes_no_more(desks: Desks) -> None:
    case = incomplete(desks)
    done = attach(desks, CLERK, case)
    ended = desks.act(CLERK, done, "withdraw", note="Batal")
    refused = refusal(lambda: attach(desks, CLERK, ended, paper("practice_place")))
    assert (refused.status, refused.code) == (409, "case_finished")
    assert not ended["may_attach"]
    assert read(desks, CLERK, ended, done["document"]["id"])["name"] == "str.pdf"  # and keeps what it has


# ------------------------------------------------------------------------------------------------- bad input


def test_a_requirement_that_the_service_does_not_know_is_named(desks: Desks) -> None:
    case = incomplete(desks)
    for code in ("surat", "STR", "", "../x"):
        for attempt in (check, lambda d, a, c, code: attach(d, a, c, paper(code))):
            refused = refusal(lambda attempt=attempt, code=code: attempt(desks, CLERK, case, code))
            found = [(f.field, f.code) for f in refused.fields]
            assert (refused.status, found) == (422, [("requirement", "unknown_requirement")])


NEVER_SENT: list[tuple[str, Any]] = [
    ("name", "../str.pdf"),
    ("name", "a\nb.pdf"),
    ("name", ""),
    ("name", "x" * 200 + ".pdf"),
    ("name", None),
    ("type", "text/html"),
    ("type", None),
    ("size", 0),
    ("size", True),
    ("size", "6"),
    ("sha256", "A" * 64),
    ("sha256", "../../etc/passwd"),
    ("sha256", None),
    ("requirement", 7),
]


def test_what_the_gateway_would_never_send_stores_nothing(desks: Desks) -> None:
    case = incomplete(desks)
    for field, value in NEVER_SENT:
        body = paper(**{field: value})
        refused = refusal(lambda body=body: attach(desks, CLERK, case, body, key="k-1"))
        assert (refused.status, [f.field for f in refused.fields]) == (422, [field])
    assert desks.get(CLERK, case)["version"] == case["version"]
    with desks.databases["permits"].transaction() as tx:
        assert tx.execute(select(documents)).all() == []
        assert tx.execute(select(idempotency).where(idempotency.c.key == "k-1")).all() == []


def test_a_case_holds_a_bounded_number_of_documents(desks: Desks) -> None:
    case = incomplete(desks)
    for number in range(50):
        case = attach(desks, CLERK, case, paper(sha256=f"{number:064x}"))
    refused = refusal(lambda: attach(desks, CLERK, case, paper(sha256="f" * 64)))
    assert (refused.status, refused.code) == (409, "too_many_documents")


def test_a_case_holds_a_bounded_number_of_bytes_and_says_so_before_they_are_sent(desks: Desks) -> None:
    case, most = incomplete(desks), desks.runtime.settings.case_max_bytes
    case = attach(desks, CLERK, case, paper(size=most - 10))
    for send in (attach, check_size):
        refused = refusal(lambda send=send: send(desks, CLERK, case, paper(sha256="f" * 64, size=11)))
        assert (refused.status, refused.code, refused.params) == (409, "case_full", {"max": most // 2**20})
    check_size(desks, CLERK, case, paper(size=10))
    assert len(requirement(attach(desks, CLERK, case, paper(sha256="f" * 64, size=10)), "str")["documents"]) == 2


def test_other_services_take_documents_by_the_same_rules(desks: Desks) -> None:
    birth = desks.open("petugas.dukcapil", "ADM-LHR-01", applicant=doctor(1), data=birth_data())
    done = attach(desks, "petugas.dukcapil", birth, paper("marriage"))
    assert [d["name"] for d in requirement(done, "marriage")["documents"]] == ["str.pdf"]
    report = desks.open(CLERK, "PGD-LPR", data=REPORT, anonymous=True)
    assert not report["may_attach"]  # a complaint asks for no papers
    assert refusal(lambda: attach(desks, CLERK, report)).fields[0].code == "unknown_requirement"


# --------------------------------------------------------------------------------------------------- reading


def test_who_read_which_document_is_on_record(desks: Desks) -> None:
    case = attach(desks, CLERK, incomplete(desks))
    found = read(desks, CLERK, case, case["document"]["id"])
    assert (found["sha256"], found["type"], found["name"]) == (CONTENT, "application/pdf", "str.pdf")
    with desks.databases["permits"].transaction() as tx:
        entry = tx.execute(select(audit).where(audit.c.action == "read_document")).one()
    assert (entry.actor, entry.office, entry.case_id) == (CLERK, "35.15.14.2013", case["id"])
    assert entry.details["document"] == case["document"]["id"]


def test_a_document_that_the_case_does_not_have_is_404(desks: Desks) -> None:
    case = incomplete(desks)
    for document in ("x", "", "../str.pdf", "01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e11"):
        assert refusal(lambda document=document: read(desks, CLERK, case, document)).status == 404


def test_a_document_is_read_through_its_own_case_only(desks: Desks) -> None:
    case = attach(desks, CLERK, incomplete(desks))
    other = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(2), data=SIP_DATA)
    assert refusal(lambda: read(desks, CLERK, other, case["document"]["id"])).status == 404


def test_only_the_mall_itself_asks_which_contents_are_referred_to(desks: Desks) -> None:
    attach(desks, CLERK, incomplete(desks))
    ask = {"hashes": [CONTENT, "d" * 64]}
    assert desks.ask("operator", "permits", "known_documents", **ask) == {"known": [CONTENT]}
    assert refusal(lambda: desks.ask(CLERK, "permits", "known_documents", **ask)).status == 403
    bad = refusal(lambda: desks.ask("operator", "permits", "known_documents", hashes=["x"]))
    assert bad.status == 422


def _secret(desks: Desks, case: dict[str, Any]) -> str:

    return desks.secret_of(case)
