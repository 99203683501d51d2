"""One decision that makes several papers: they are signed one by one, and hold together or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from mpp.cases.recording.hooks import Drawn, Write
from mpp.cases.recording.work import Work
from mpp.casework.codes.numbers import NumberTemplate
from mpp.casework.codes.series import NumberSeries
from mpp.casework.rules.paper import PaperSpec
from mpp.catalogue import Catalogue
from mpp.json_values import JsonObject
from services.permits.use_cases import HOOKS
from tests.integration.papers.test_dying import POINTS, dying_at
from tests.integration.papers.test_two_steps import CLERK, rows
from tests.integration.permits.conftest import SIGNER, Office
from tests.support.desks import Desks, answering, refusal
from tests.support.papers import abandon, ask_as_gateway, finish, sign, with_papers

SERIES = NumberSeries("pengantar", NumberTemplate.parse("470/{seq:4}/{year}"))
TITLE = {"id": "Surat Pengantar", "en": "Covering Letter"}
THREE = (
    PaperSpec("permit", "permit", name="licence"),
    PaperSpec("letter", "permit", name="letter", title=TITLE, series=SERIES),
    PaperSpec("letter", "permit", name="copy", title={"id": "Tembusan", "en": "Copy"}),
    PaperSpec("card", "permit", name="card", optional=True),
)


def making(desks: Desks, papers: tuple[PaperSpec, ...] = THREE) -> Desks:
    """The same desks, before any has opened; the licence of a doctor comes with these papers."""
    kinds = {kind.code: kind for kind in desks.runtime.catalogue}
    of = kinds["PRZ-SIP-DR"]
    actions = {**of.actions, "sign": replace(of.actions["sign"], papers=papers)}
    kinds["PRZ-SIP-DR"] = replace(of, actions=actions)
    desks.runtime.catalogue = Catalogue(list(kinds.values()))
    return desks


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    opened = making(with_papers(Desks(service_urls)))
    yield opened
    opened.close()


def begun(office: Office) -> dict[str, Any]:
    return office.decide(SIGNER, office.ready(), "sign")


def statuses(desks: Desks) -> list[str]:
    return [status for (status,) in rows(desks.databases["permits"], "SELECT status FROM papers ORDER BY id")]


def of_letter(desks: Desks) -> tuple[Any, ...]:
    (line,) = rows(
        desks.databases["permits"], "SELECT number, voided IS NOT NULL FROM numbers WHERE number LIKE '470%'"
    )
    return line


def test_each_has_its_title_code_and_number_and_the_case_names_all_that_are_to_be_signed(
    desks: Desks, office: Office
) -> None:
    case = begun(office)
    first, letter, copy = case["papers"]
    assert case["signing"]["papers"] == [first["id"], letter["id"], copy["id"]]
    assert case["signing"]["paper"] == first["id"]
    assert first["number"].startswith("503/0001/SIP-DR")
    assert (letter["number"], copy["number"]) == ("470/0001/2026", None)
    assert letter["title"] == TITLE
    printed = [ask_as_gateway(desks, "permits", "snapshot", id=each["id"])["snapshot"] for each in case["papers"]]
    assert len({each["code"] for each in printed}) == 3
    assert len({each["facts"]["valid_until"] for each in printed}) == 1, "what the decision settles stands on all"


def test_the_case_is_decided_by_the_last_signature_in_whatever_order(desks: Desks, office: Office) -> None:
    case = begun(office)
    first, letter, copy = case["signing"]["papers"]
    for n, paper in enumerate((copy, first), start=1):
        assert finish(desks, "permits", paper)["status"] == "signed"
        case = desks.get(SIGNER, case)
        assert (case["state"], case["permit"]) == ("signing", None)
        assert statuses(desks).count("signed") == n
        assert office.told() == []
    assert finish(desks, "permits", letter)["status"] == "issued"
    case = desks.get(SIGNER, case)
    assert (case["state"], case["signing"]) == ("issued", None)
    assert {each["status"] for each in case["papers"]} == {"issued"}
    assert case["permit"]["number"] == case["document_number"] == case["papers"][0]["number"]
    assert [entry["action"] for entry in case["timeline"]].count("sign") == 1
    assert len(office.told("issued")) == 1


def test_what_is_signed_alone_is_handed_to_nobody_and_holds_nothing(desks: Desks, office: Office) -> None:
    filed = office.ready()
    case = office.decide(SIGNER, filed, "sign")
    paper = case["signing"]["papers"][1]
    code = ask_as_gateway(desks, "permits", "snapshot", id=paper)["snapshot"]["code"]
    finish(desks, "permits", paper)
    verified = desks.answer("permits", "verify", {"token": None, "params": {"code": code}})["body"]
    assert (verified["status"], verified["valid"]) == ("awaiting", False)
    assert finish(desks, "permits", paper)["status"] == "signed", "the same again is answered alike"
    assert refusal(lambda: finish(desks, "permits", paper, "lain")).code == "paper_signed_otherwise"
    refused = refusal(lambda: desks.act(CLERK, desks.get(CLERK, case), "withdraw", note="batal"))
    assert refused.code == "being_signed"


@pytest.mark.parametrize("which", range(3))
def test_giving_up_one_gives_up_all_whether_signed_or_not(desks: Desks, office: Office, which: int) -> None:
    case = begun(office)
    papers = case["signing"]["papers"]
    finish(desks, "permits", papers[0])
    after = abandon(desks, SIGNER, "permits", papers[which])
    assert (after["signing"], after["permit"], after["state"]) == (None, None, "signing")
    assert set(statuses(desks)) == {"abandoned"}
    assert of_letter(desks) == ("470/0001/2026", True)
    assert rows(desks.databases["permits"], "SELECT count(*) FROM numbers WHERE voided IS NULL") == [(0,)]
    assert rows(desks.databases["permits"], "SELECT sha256 FROM papers WHERE sha256 IS NOT NULL") == []
    for paper in papers:
        assert refusal(lambda p=paper: finish(desks, "permits", p)).code == "paper_abandoned"  # type: ignore[misc]
    assert office.told() == []


def test_what_was_given_up_is_decided_anew_with_new_numbers(desks: Desks, office: Office) -> None:
    case = begun(office)
    case = abandon(desks, SIGNER, "permits", case["signing"]["paper"])
    case = desks.act(SIGNER, case, "sign", **answering(desks.get(SIGNER, case)))
    for paper in case["signing"]["papers"]:
        finish(desks, "permits", paper)
    case = desks.get(SIGNER, case)
    assert [each["status"] for each in case["papers"]] == ["abandoned"] * 3 + ["issued"] * 3
    assert case["papers"][4]["number"] == "470/0002/2026"


def test_refusing_when_the_last_is_signed_leaves_all_as_they_were(desks: Desks, office: Office) -> None:
    case = begun(office)
    first, letter, copy = case["signing"]["papers"]
    finish(desks, "permits", letter)
    finish(desks, "permits", copy)
    with desks.databases["permits"].transaction() as tx:
        tx.exec_driver_sql('UPDATE cases SET held = \'{"reason": "deceased", "since": "2026-11-27T00:00:00+00:00"}\'')
    assert refusal(lambda: finish(desks, "permits", first)).code == "case_on_hold"
    assert statuses(desks) == ["awaiting", "signed", "signed"]
    with desks.databases["permits"].transaction() as tx:
        tx.exec_driver_sql("UPDATE cases SET held = NULL")
    finish(desks, "permits", first)
    assert statuses(desks) == ["issued"] * 3


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("nth", range(3))
def test_dying_at_any_signature_leaves_one_decision(desks: Desks, office: Office, point: str, nth: int) -> None:
    case = begun(office)
    for n, paper in enumerate(case["signing"]["papers"]):
        if n == nth:
            dying_at(point, lambda p=paper: finish(desks, "permits", p))  # type: ignore[misc]
        finish(desks, "permits", paper)
    assert statuses(desks) == ["issued"] * 3
    assert len(office.told("issued")) == 1
    assert rows(desks.databases["permits"], "SELECT count(*) FROM permits") == [(1,)]


@pytest.mark.parametrize("point", POINTS)
def test_dying_while_giving_up_leaves_nothing_half_done(desks: Desks, office: Office, point: str) -> None:
    case = begun(office)
    papers = case["signing"]["papers"]
    finish(desks, "permits", papers[1])
    dying_at(point, lambda: abandon(desks, SIGNER, "permits", papers[0], key="batal"))
    before = set(statuses(desks))
    assert before == ({"awaiting", "signed"} if point == "command.before_commit" else {"abandoned"})
    abandon(desks, SIGNER, "permits", papers[0], key="batal")
    assert set(statuses(desks)) == {"abandoned"}


def test_an_effect_settles_what_stands_on_one_paper_alone_and_which_are_made(
    desks: Desks, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = HOOKS.effects["issue_permit"]
    own: JsonObject = {"card": {"_number": "3515142711260001", "_supersedes": "351500", "reason": "Kartu baru"}}
    effect = replace(issue, prepare=lambda work: {**issue.prepare(work), "_papers": own})
    monkeypatch.setitem(HOOKS.effects, "issue_permit", effect)  # type: ignore[misc]
    drawn: list[Drawn] = []

    def apply(work: Work, facts: JsonObject) -> Write:
        write = issue.apply(work, facts)

        def noting(work: Work, told: Drawn) -> JsonObject:
            drawn.append(told)
            return write(work, told)

        return noting

    monkeypatch.setitem(HOOKS.effects, "issue_permit", replace(effect, apply=apply))  # type: ignore[misc]
    case = begun(office)
    assert [each["kind"] for each in case["papers"]] == ["permit", "letter", "letter", "card"]
    first, letter, _, card = (
        ask_as_gateway(desks, "permits", "snapshot", id=each["id"])["snapshot"] for each in case["papers"]
    )
    assert (card["number"], card["supersedes"]) == ("3515142711260001", "351500")
    assert card["facts"]["reason"] == "Kartu baru"
    assert "reason" not in first["facts"] | letter["facts"]
    assert "_papers" not in str(first["facts"])
    for paper in case["signing"]["papers"]:
        finish(desks, "permits", paper)
    (told,) = drawn
    assert told.number == first["number"]
    assert {name: other.number for name, other in told.others.items()} == {
        "letter": "470/0001/2026",
        "copy": "",
        "card": "3515142711260001",
    }
    assert told.others["card"].code == card["code"].replace("-", "")


def test_other_decisions_of_the_case_make_their_own_papers(desks: Desks, office: Office) -> None:
    case = sign(desks, SIGNER, office.ready(), "reject", note="Tempatnya lain.")
    assert len(case["papers"]) == 1
