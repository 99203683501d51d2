"""A paper that is given up leaves a number that everybody sees is void, and a case that can be decided anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from mpp.catalogue import Catalogue
from tests.integration.papers.test_two_steps import SUPERVISOR, begun, read, rows
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.test_mall_papers import Post, apply, seen
from tests.support.desks import Desks, answering, refusal
from tests.support.papers import abandon, ask_as_gateway, awaited, finish, sign, with_papers
from tests.support.permit_walks import file


def numbers(desks: Desks) -> list[tuple[Any, ...]]:
    return rows(desks.databases["permits"], "SELECT seq, voided IS NOT NULL, voided_by FROM numbers ORDER BY seq")


@pytest.mark.parametrize("account", [SIGNER, SUPERVISOR])
def test_the_case_is_where_it_was_and_the_next_decision_has_another_number(
    desks: Desks, office: Office, account: str
) -> None:
    ready = office.ready()
    case = office.decide(SIGNER, ready, "sign")
    paper = awaited(case)
    after = abandon(desks, account, "permits", paper)
    same = ("state", "due_at", "document_number", "permit", "data", "signed_as")
    assert {name: after[name] for name in same} == {name: ready[name] for name in same}
    assert (after["signing"], after["papers"][0]["status"]) == (None, "abandoned")
    assert (after["timeline"][-1]["action"], after["timeline"][-1]["actor"]) == ("signing_abandoned", account)
    assert numbers(desks) == [(1, True, account)]
    assert refusal(lambda: finish(desks, "permits", paper)).code == "paper_abandoned"
    after = sign(desks, SIGNER, after, "sign", **answering(desks.get(SIGNER, after)))
    assert numbers(desks) == [(1, True, account), (2, False, None)]
    assert after["permit"]["number"] == after["papers"][-1]["number"] != after["papers"][0]["number"]
    assert [paper["status"] for paper in after["papers"]] == ["abandoned", "issued"]


def test_the_book_says_why_and_not_of_whom(desks: Desks, office: Office) -> None:
    case = begun(office)
    name = case["applicant"]["name"]
    abandon(desks, SIGNER, "permits", awaited(case), reason="cannot_be_signed", note=f"Sertifikat {name} mati.")
    ((reason,),) = rows(desks.databases["permits"], "SELECT voided FROM numbers")
    assert reason.startswith("cannot_be_signed: Sertifikat")
    assert name not in reason


def test_it_can_be_decided_the_other_way(desks: Desks, office: Office) -> None:
    case = begun(office)
    after = abandon(desks, SIGNER, "permits", awaited(case))
    after = sign(desks, SIGNER, after, "reject", note="Tempatnya lain.")
    assert after["permit"] is None
    assert after["signed_as"] is None or "sign" not in after["data"]


def test_who_is_no_signer_there_cannot_give_it_up(desks: Desks, office: Office) -> None:
    paper = awaited(begun(office))
    assert refusal(lambda: abandon(desks, "verifikator.dpmptsp", "permits", paper)).code == "role_may_not"
    desks.staff["pejabat.lain"] = ("dukcapil", "signer")
    assert refusal(lambda: abandon(desks, "pejabat.lain", "permits", paper)).status in (403, 404)
    assert refusal(lambda: abandon(desks, "petugas.waru", "permits", paper)).status == 404


def test_a_reason_and_a_note_are_required(desks: Desks, office: Office) -> None:
    paper = awaited(begun(office))
    refused = refusal(lambda: abandon(desks, SIGNER, "permits", paper, reason="lupa", note=" "))
    assert {field.field for field in refused.fields} == {"reason", "note"}


def test_what_is_signed_is_not_given_up(desks: Desks, office: Office) -> None:
    case = sign(desks, SIGNER, office.ready(), "sign")
    paper = case["papers"][0]["id"]
    assert refusal(lambda: abandon(desks, SIGNER, "permits", paper)).code == "paper_not_awaiting"
    assert refusal(lambda: abandon(desks, SIGNER, "permits", "x")).status == 404


def test_the_number_of_a_paper_that_is_being_signed_cannot_be_voided_beside_it(desks: Desks, office: Office) -> None:
    begun(office)
    ((of, series, year),) = rows(desks.databases["permits"], "SELECT office, series, year FROM number_series")
    body = {"office": of, "series": series, "year": year, "seq": 1, "reason": "salah"}
    payload = desks.payload("operator", "POST", "", body) | {"params": {"op": "void"}}
    assert refusal(lambda: desks.answer("permits", "numbers", payload)).code == "number_in_force"


def test_whoever_holds_the_print_is_told_that_it_was_never_issued(desks: Desks, office: Office) -> None:
    case = begun(office)
    paper = awaited(case)
    code = ask_as_gateway(desks, "permits", "snapshot", id=paper)["snapshot"]["code"]
    told = office.verify(code)
    assert (told["status"], told["valid"]) == ("awaiting", False)
    abandon(desks, SIGNER, "permits", paper)
    assert (office.verify(code)["status"], office.verify(code)["valid"]) == ("voided", False)
    assert read(desks, SIGNER, paper)["status"] == "abandoned"


def test_giving_up_is_done_once_under_its_key(desks: Desks, office: Office) -> None:
    paper = awaited(begun(office))
    asked = {"reason": "mistake", "note": "Salah tempat."}
    payload = desks.payload(SIGNER, "POST", f"/api/v1/papers/{paper}/abandonment", asked, key="sekali")
    payload |= {"params": {"id": paper}}
    first = desks.answer("permits", "abandon_paper", payload)
    again = desks.answer("permits", "abandon_paper", payload)
    assert again["replayed"]
    assert again["body"] == first["body"]
    with desks.databases["permits"].transaction() as tx:
        assert tx.execute(text("SELECT count(*) FROM timeline WHERE action = 'signing_abandoned'")).scalar_one() == 1


def test_what_the_mall_would_have_done_by_itself_meanwhile_is_done_when_the_paper_is_given_up(
    service_urls: Mapping[str, str],
) -> None:
    """The last paper that a file waited for came while a refusal of it was being signed."""
    desks = with_papers(Desks(service_urls))
    kinds = {kind.code: kind for kind in desks.runtime.catalogue}
    pbg = kinds["PRZ-PBG"]
    refusal_at_once = replace(pbg.actions["reject"], from_states=("incomplete",))
    incomplete, looking = pbg.states["incomplete"], pbg.states["submitted"].tasks[0]
    beside = replace(incomplete, tasks=(*incomplete.tasks, replace(looking, role="signer", sla=None)))
    kinds["PRZ-PBG"] = replace(
        pbg,
        actions={**pbg.actions, "reject": refusal_at_once},
        states={**pbg.states, "incomplete": beside},
    )
    desks.runtime.catalogue = Catalogue(list(kinds.values()))
    post, source = Post(desks), file(desks, "PRZ-KRK")
    case = apply(desks, "PRZ-PBG", source["tracking_code"])
    waits = desks.act(SIGNER, seen(desks, case), "reject", note="Tidak sesuai rencana.")
    for account, action in (("verifikator.dpmptsp", "verify"), ("teknis.dpupr", "recommend")):
        desks.staff["teknis.dpupr"] = ("dpupr", "officer")
        source = desks.act(account, source, action)
    sign(desks, SIGNER, source, "sign")
    post.bring()
    assert seen(desks, case)["state"] == "incomplete", "not while the refusal is being signed"
    after = abandon(desks, SIGNER, "permits", awaited(waits))
    assert (after["state"], after["signing"]) == ("submitted", None)
    assert [entry["action"] for entry in after["timeline"][-2:]] == ["signing_abandoned", "complete"]
    assert [paper["status"] for paper in after["papers"]] == ["abandoned"]
    desks.close()
