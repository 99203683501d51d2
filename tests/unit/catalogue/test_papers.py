"""Which papers a service type makes, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mpp.casework.rules.paper import PaperSpec
from tests.unit.catalogue.trying import GOOD, HOSTS, check, refusal, varied

SIGNS = "      number: true\n"
REJECTS = "      note_required: true\n      event: rejected\n"


def with_paper(paper: str, after: str = SIGNS) -> str:
    return varied(after, f"{after}      paper: {paper}\n")[0]


def test_an_action_names_the_kind_and_the_template_of_its_paper(tmp_path: Path) -> None:
    found = check(tmp_path, with_paper("{kind: certificate, template: akta-kelahiran}"))
    assert found.actions["sign"].paper == PaperSpec("certificate", "akta-kelahiran")
    assert found.actions["reject"].paper is None
    assert found.deemed_paper is None


def test_the_template_is_called_like_the_kind_where_none_is_named(tmp_path: Path) -> None:
    found = check(tmp_path, with_paper("{kind: refusal}", REJECTS))
    assert found.actions["reject"].paper == PaperSpec("refusal", "refusal")


@pytest.mark.parametrize(
    ("paper", "reason"),
    [
        ("{kind: diploma}", "'diploma' is not one of permit, certificate"),
        ("{kind: deemed}", "'deemed' is not one of permit, certificate"),
        ("{template: permit}", "kind is missing"),
        ("permit", "paper has the wrong type (str)"),
        ("{kind: permit, template: ../permit}", "'../permit' is no name of a template"),
        ("{kind: permit, template: Izin}", "'Izin' is no name of a template"),
        ("{kind: permit, templat: izin}", "unknown key 'templat'"),
    ],
)
def test_a_wrong_paper_is_refused_on_its_line(tmp_path: Path, paper: str, reason: str) -> None:
    told, line = refusal(tmp_path, with_paper(paper))
    assert reason in told
    assert line == f"      paper: {paper}"


def test_a_service_makes_no_paper_of_a_kind_that_its_key_may_not_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = replace(HOSTS["permits"], paper_kinds=frozenset({"permit", "refusal"}))
    monkeypatch.setitem(HOSTS, "permits", only)
    told, line = refusal(tmp_path, with_paper("{kind: certificate}"))
    assert told == (
        "workflow.actions.sign.paper: this service signs no papers of the kind 'certificate' (only permit, refusal)"
    )
    assert line == "      paper: {kind: certificate}"
    assert check(tmp_path, with_paper("{kind: refusal}", REJECTS)).actions["reject"].paper is not None


def test_nobody_outside_the_office_signs_a_paper(tmp_path: Path) -> None:
    text = with_paper("{kind: refusal}", REJECTS).replace(
        "roles: [signer]\n      note", "roles: [applicant]\n      note"
    )
    told, line = refusal(tmp_path, text)
    assert told == "workflow.actions.reject.paper: nobody of the role 'applicant' signs a paper"
    assert line == "      paper: {kind: refusal}"


def test_who_signs_without_being_a_signer_is_called_something_on_the_paper(tmp_path: Path) -> None:
    """An officer who assesses a levy is not the head whom `signers` name."""

    def by_an_officer(paper: str) -> str:
        return with_paper(paper, REJECTS).replace("roles: [signer]\n      note", "roles: [verifier]\n      note")

    told, line = refusal(tmp_path, by_an_officer("{kind: refusal}"))
    assert told.startswith("workflow.actions.reject.paper: say `signed_as`")
    assert line == "      paper: {kind: refusal}"
    named = by_an_officer("{kind: refusal, signed_as: {id: Verifikator, en: Verifier}}")
    paper = check(tmp_path, named).actions["reject"].paper
    assert paper is not None
    assert paper.signed_as == {"id": "Verifikator", "en": "Verifier"}
    told, _ = refusal(tmp_path, by_an_officer("{kind: refusal, signed_as: {id: Verifikator}}"))
    assert "en is missing" in told


def test_what_the_mall_does_by_itself_makes_no_paper(tmp_path: Path) -> None:
    task = "{code: signature, label: {id: Tanda tangan, en: Signature}, office: owner, role: signer"
    text = with_paper("{kind: refusal}", REJECTS).replace(task, f"{task}, sla: 5wd, on_due: {{action: reject}}")
    text = text.replace("      note_required: true\n      event: rejected", "      event: rejected")
    told, line = refusal(tmp_path, text)
    assert told.startswith("workflow.actions.reject.paper: the mall takes this action by itself")
    assert line == "      paper: {kind: refusal}"


DEEMED = """\
    deemed_granted:
      label: {id: Dikabulkan, en: Granted}
      next_step: {id: Ditandatangani, en: Signed}
      clock: ended
      final: false
      tasks:
        - {code: signature, label: {id: Tanda tangan, en: Signature}, office: owner, role: signer}
"""


def test_silence_makes_a_paper_of_its_own(tmp_path: Path) -> None:
    text = GOOD.replace("    issued:\n", f"{DEEMED}    issued:\n", 1)
    text = text.replace("from: [signing]\n      to: issued", "from: [signing, deemed_granted]\n      to: issued")
    text = text.replace("sla: 5wd\n", "sla: 5wd\ndeemed_approval: true\ndeemed_paper: {kind: deemed}\n", 1)
    assert check(tmp_path, text).deemed_paper == PaperSpec("deemed", "deemed")
    wrong = text.replace("{kind: deemed}", "{kind: permit}")
    assert refusal(tmp_path, wrong) == (
        "deemed_paper: 'permit' is not one of deemed",
        "deemed_paper: {kind: permit}",
    )


def test_without_deemed_approval_silence_makes_no_paper(tmp_path: Path) -> None:
    text = GOOD.replace("sla: 5wd\n", "sla: 5wd\ndeemed_paper: {kind: deemed}\n", 1)
    assert refusal(tmp_path, text) == (
        "deemed_paper: `deemed_approval` is not switched on",
        "deemed_paper: {kind: deemed}",
    )


SEVERAL = """      papers:
        - {name: certificate, kind: certificate, template: birth}
        - {name: family_card, kind: card, template: family-card, title: {id: Kartu, en: Card}, optional: true}
        - {name: move, kind: letter, template: skpwni, number: {series: moves, template: "P/{seq:4}/{year}"}}
"""


def with_papers(*, was: str = "", now: str = "") -> str:
    assert was in SEVERAL, was
    return varied(SIGNS, f"{SIGNS}{SEVERAL.replace(was, now, 1) if was else SEVERAL}")[0]


def test_an_action_names_several_papers_and_the_first_has_its_number(tmp_path: Path) -> None:
    found = check(tmp_path, with_papers())
    certificate, card, move = found.actions["sign"].papers
    assert found.actions["sign"].paper == certificate == PaperSpec("certificate", "birth", name="certificate")
    assert (card.title, card.optional, card.series) == ({"id": "Kartu", "en": "Card"}, True, None)
    assert move.series is not None
    assert [each.series for each in found.series][-1] == "moves"


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ("name: move, ", "", "name is missing"),
        ("name: move", "name: family_card", "the name 'family_card' stands twice"),
        ("name: move", "name: Pindah", "'Pindah' is no name, such as family_card"),
        ("template: birth}", "template: birth, optional: true}", "the first paper is always made"),
        ("kind: letter", "kind: diploma", "'diploma' is not one of permit"),
        ("P/{seq:4}/{year}", "P/{seq:4}/{moon}", "template"),
        ("optional: true", "optional: perhaps", "optional"),
        ("series: moves, ", "", "series is missing"),
        ("papers:\n", "paper: {kind: permit}\n      papers:\n", "write paper or papers, not both"),
    ],
)
def test_several_papers_that_are_named_wrongly_are_refused(tmp_path: Path, was: str, now: str, reason: str) -> None:
    assert reason in refusal(tmp_path, with_papers(was=was, now=now))[0]


def test_more_papers_than_a_batch_of_signatures_holds_are_refused(tmp_path: Path) -> None:
    more = "".join(f"        - {{name: copy{n}, kind: letter}}\n" for n in range(3))
    text = varied(SIGNS, f"{SIGNS}{SEVERAL}{more}")[0]
    assert "at most 5 papers" in refusal(tmp_path, text)[0]
