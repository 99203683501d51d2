"""What stands in the QR code of a paper is signed by its service, and genuine to who has nothing but the list."""

from __future__ import annotations

from typing import Any

import cbor2
import cwt
import pypdfium2
import pytest

from mpp.casework.codes.verification import normalise
from mpp.hosting.definition import definitions
from mpp.operations.keys import keyring_of
from mpp.papers.qr.keys import decoded, with_kinds
from mpp.papers.qr.verifying import NotGenuine, verify
from mpp.papers.rendering.renderer import Renderer
from mpp.papers.snapshot import Snapshot
from tests.integration.papers.test_two_steps import begun
from tests.integration.permits.conftest import SIGNER, Office
from tests.support.desks import MONDAY, PAPER_KEYS, Desks, doctor
from tests.support.papers import abandon, ask_as_gateway, awaited, finish
from tests.support.scanning import DPI, read_back

KINDS = {name: definition.paper_kinds for name, definition in definitions().items()}
PUBLISHED = with_kinds(keyring_of(PAPER_KEYS, MONDAY.date()), KINDS.items())


def printed(desks: Desks, paper: str) -> dict[str, Any]:
    """What stands on a paper."""
    return dict(ask_as_gateway(desks, "permits", "snapshot", id=paper)["snapshot"])


def test_the_code_of_a_permit_claims_what_the_permit_says_and_of_whom_the_initials(
    desks: Desks, office: Office
) -> None:
    paper = printed(desks, awaited(begun(office)))
    genuine = verify(paper["qr"], PUBLISHED)
    said = genuine.claims
    assert (genuine.key.service, said.issuer, said.kind) == ("permits", "35.15/dpmptsp", "permit")
    assert (said.number, said.code) == (paper["number"], normalise(paper["code"]))
    assert (said.date.isoformat(), said.holder) == (paper["issued_on"], "W.C.")
    assert paper["qr"].startswith(f"http://localhost:8000/v/{said.code}#")
    message = decoded(paper["qr"].partition("#")[2])
    for personal in (doctor()["nik"], doctor()["name"]):
        assert personal.encode() not in message


def test_from_the_decision_to_the_photograph(desks: Desks, office: Office) -> None:
    """The permit that was decided is printed, photographed by a telephone, and found genuine."""
    snapshot = Snapshot.from_json(printed(desks, awaited(begun(office))))
    renderer = Renderer()
    pdf = renderer.render(snapshot).pdf
    renderer.close()
    sheets = [sheet.render(scale=DPI / 72).to_pil() for sheet in pypdfium2.PdfDocument(pdf)]
    (read,) = [said for sheet in sheets for said in read_back(sheet)]
    assert verify(read, PUBLISHED).claims.number == snapshot.number


def test_a_stranger_s_program_verifies_it_with_the_published_list(desks: Desks, office: Office) -> None:
    """Nothing of the mall's is used but the list as it is published, and the text that a camera has read."""
    listed = PUBLISHED.to_json()["keys"]
    read = printed(desks, awaited(begun(office)))["qr"]
    keys = [cwt.COSEKey.from_jwk({k: told[k] for k in ("kty", "crv", "alg", "use", "kid", "x")}) for told in listed]
    payload = cwt.COSE.new().decode(decoded(read.partition("#")[2]), keys)
    assert cbor2.loads(payload)[1] == "35.15/dpmptsp"
    others = [key for key, told in zip(keys, listed, strict=True) if told["service"] != "permits"]
    with pytest.raises(ValueError, match="key is not found"):
        cwt.COSE.new().decode(decoded(read.partition("#")[2]), others)


def test_the_page_follows_the_paper_from_its_number_on(desks: Desks, office: Office) -> None:
    case = begun(office)
    code = printed(desks, awaited(case))["code"]
    waits = office.verify(code)
    assert (waits["status"], waits["valid"], waits["number"]) == ("awaiting", False, case["papers"][0]["number"])
    finish(desks, "permits", awaited(case))
    holds = office.verify(code)
    assert (holds["status"], holds["valid"], holds["holder"]) == ("valid", True, "W.C.")
    assert holds["issued_on"] == waits["issued_on"] == desks.clock.now().date().isoformat()
    office.act(office.get(desks.get(SIGNER, case)["permit"]), "suspend")
    assert (office.verify(code)["status"], office.verify(code)["valid"]) == ("suspended", False)


def test_a_paper_that_was_given_up_is_told_as_void(desks: Desks, office: Office) -> None:
    case = begun(office)
    code = printed(desks, awaited(case))["code"]
    abandon(desks, SIGNER, "permits", awaited(case))
    void = office.verify(code)
    assert (void["status"], void["valid"], void["number"]) == ("voided", False, case["papers"][0]["number"])


def test_a_letter_of_refusal_is_verified_too_and_is_no_permit(desks: Desks, office: Office) -> None:
    case = desks.act(SIGNER, office.ready(), "reject", note="Tempat praktik tidak sesuai.")
    paper = printed(desks, awaited(case))
    finish(desks, "permits", awaited(case))
    assert verify(paper["qr"], PUBLISHED).claims.kind == "refusal"
    assert (office.verify(paper["code"])["kind"], office.verify(paper["code"])["valid"]) == ("refusal", True)


def test_another_service_s_key_signs_no_permit(desks: Desks, office: Office) -> None:
    read = printed(desks, awaited(begun(office)))["qr"]
    swapped = with_kinds(keyring_of({"civil_registry": PAPER_KEYS["permits"]}, MONDAY.date()), KINDS.items())
    with pytest.raises(NotGenuine) as caught:
        verify(read, swapped)
    assert caught.value.reason == "wrong_kind"
