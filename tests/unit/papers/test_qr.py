"""The QR code of a paper: short enough, checked with the published keys alone, and good for its own paper only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import cbor2
import cwt
import pytest

from mpp.casework.codes.verification import new_code
from mpp.casework.rules.paper import DEEMED, SIGNED_KINDS
from mpp.papers.qr import cose
from mpp.papers.qr.address import LONGEST, LONGEST_MALL, text_of
from mpp.papers.qr.claims import Claims, initials_of
from mpp.papers.qr.keys import Keyring, PaperKey, PaperSigner, decoded, encoded
from mpp.papers.qr.verifying import NotGenuine, verify
from tests.support.desks import files_of

MALL = "https://mpp.contoh.go.id"
SIGNER, OTHER = PaperSigner(bytes(range(32))), PaperSigner(bytes(range(1, 33)))
KEY = PaperKey("permits", SIGNER.public, date(2026, 1, 1), None, ("permit", "refusal"))
KEYRING = Keyring((KEY,))
CODE = "P7K2M9QX4TB01233"
CLAIMS = Claims("35.15/dpmptsp", "permit", CODE, date(2026, 11, 27), "503/0007/SIP-DR/DPMPTSP/2026", "W.C.")


def refused(text: str, keyring: Keyring = KEYRING) -> str:
    """Why the code counts for nothing."""
    with pytest.raises(NotGenuine) as caught:
        verify(text, keyring)
    return caught.value.reason


def test_the_claims_of_a_paper_are_read_with_the_published_keys_alone() -> None:
    published = Keyring.from_json(KEYRING.to_json())
    assert published == KEYRING
    found = verify(text_of(MALL, CLAIMS, SIGNER), published)
    assert (found.claims, found.key.service) == (CLAIMS, "permits")
    bare = replace(CLAIMS, number=None, holder=None)
    assert verify(text_of(MALL, bare, SIGNER), published).claims == bare


def test_it_is_the_address_of_the_page_that_tells_what_holds_now() -> None:
    assert text_of(MALL, CLAIMS, SIGNER).startswith(f"{MALL}/v/{CODE}#")


def test_somebody_else_s_library_reads_it_with_the_published_key() -> None:
    """As a partner would: `cwt` knows nothing of the mall, and takes the key as it is published."""
    published = KEY.to_json()
    key = cwt.COSEKey.from_jwk({k: published[k] for k in ("kty", "crv", "alg", "use", "kid", "x")})
    message = decoded(text_of(MALL, CLAIMS, SIGNER).partition("#")[2])
    payload = cwt.COSE.new().decode(message, [key])
    said = cbor2.loads(payload)
    assert (said[1], said[7].decode()) == ("35.15/dpmptsp", CODE)
    assert set(said.values()) == {"35.15/dpmptsp", CODE.encode(), "permit", CLAIMS.number, "2026-11-27", "W.C."}


@pytest.mark.parametrize("kind", [*SIGNED_KINDS, DEEMED])
def test_the_longest_paper_of_the_shipped_services_fits_with_its_initials(kind: str) -> None:
    mall = "https://" + "m" * (LONGEST_MALL - len("https://"))
    for code in ("35.15", "33.75"):
        region, catalogue, _ = files_of(code, ())
        office = max((office.code for office in region.offices), key=len)
        numbers = [
            series.template.render(seq=9_999_999, date=date(2026, 11, 27), office=office, region="35.15.14.2013",
                                   code="PRZ-SIP-DR", district="351514")
            for service_type in catalogue for series in service_type.series
        ]  # fmt: skip
        claims = Claims(f"{code}/{office}", kind, CODE, date(2026, 11, 27), max(numbers, key=len), "W.X.Y.Z.")
        text = text_of(mall, claims, SIGNER)
        assert len(text) <= LONGEST
        key = replace(KEY, kinds=(kind,))
        assert verify(text, Keyring((key,))).claims == claims


def test_no_number_is_too_long_for_a_decision() -> None:
    texts = [text_of(MALL, replace(CLAIMS, number="9" * length), SIGNER) for length in range(1, 300)]
    assert max(map(len, texts)) <= LONGEST
    whole = [verify(text, KEYRING).claims for text in texts if "#" in text]
    assert {claims.holder for claims in whole} == {"W.C.", None}, "the initials go first"
    assert set(texts[len(whole) :]) == {f"{MALL}/v/{CODE}"}, "then the page tells"


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Warga Contoh 01", "W.C."), ("siti  nur-halizah", "S.N."), ("'Abdul H. Dwi Eko Fajar", "A.H.D.E."),
     ("Éva ß", "É.S."), ("01 -", None), ("", None)],
)  # fmt: skip
def test_of_the_holder_there_are_initials_and_no_more(name: str, initials: str | None) -> None:
    assert initials_of(name) == initials


# ---------------------------------------------------------------- what counts for nothing


def test_one_changed_byte_is_found() -> None:
    message = decoded(text_of(MALL, CLAIMS, SIGNER).partition("#")[2])
    for at in range(len(message)):
        changed = bytes(b ^ 1 if i == at else b for i, b in enumerate(message))
        assert refused(f"{MALL}/v/{CODE}#{encoded(changed)}") in ("bad_signature", "unknown_key", "unreadable"), at


def test_a_key_signs_no_kind_that_it_is_not_listed_for() -> None:
    assert refused(text_of(MALL, replace(CLAIMS, kind="certificate"), SIGNER)) == "wrong_kind"
    assert refused(text_of(MALL, CLAIMS, SIGNER), Keyring((replace(KEY, kinds=()),))) == "wrong_kind"


def test_a_key_that_nobody_published_signs_nothing() -> None:
    assert refused(text_of(MALL, CLAIMS, OTHER)) == "unknown_key"


def test_a_signature_by_another_key_under_the_name_of_a_published_one_is_bad() -> None:
    forger = PaperSigner(bytes(range(1, 33)))
    forger.key_id = KEY.id
    assert refused(text_of(MALL, CLAIMS, forger)) == "bad_signature"


def test_claims_do_not_move_to_the_address_of_another_paper() -> None:
    payload = text_of(MALL, CLAIMS, SIGNER).partition("#")[2]
    assert refused(f"{MALL}/v/{new_code('P')}#{payload}") == "wrong_code"


@pytest.mark.parametrize(
    "text",
    ["", MALL, f"{MALL}/v/{CODE}", f"{MALL}/v/{CODE}#", f"{MALL}/v/{CODE}#AAAA", f"{MALL}/v/{CODE}#%25", "x" * 10_000,
     f"{MALL}/v/P7K2#AAAA", f"{MALL}/v/{CODE}#" + encoded(cbor2.dumps([1, 2])), "\ud800"],
)  # fmt: skip
def test_what_is_no_code_of_a_paper_is_unreadable(text: str) -> None:
    assert refused(text) == "unreadable"


@pytest.mark.parametrize(
    "payload", [b"", b"\xff", cbor2.dumps([1]), cbor2.dumps({1: 2, 7: b"x"}), cbor2.dumps({7: b"\xff"})]
)
def test_a_signed_message_without_claims_is_unreadable(payload: bytes) -> None:
    assert refused(f"{MALL}/v/{CODE}#{encoded(cose.sign(payload, SIGNER))}") == "unreadable"


# ---------------------------------------------------------------- another key


def test_papers_of_before_stay_good_under_another_key_and_the_former_one_signs_no_new_ones() -> None:
    former = replace(KEY, until=date(2026, 11, 27))
    now = PaperKey("permits", OTHER.public, date(2026, 11, 27), None, KEY.kinds)
    rotated = Keyring((former, now))
    assert verify(text_of(MALL, CLAIMS, SIGNER), rotated).claims == CLAIMS
    later = replace(CLAIMS, date=date(2026, 11, 28))
    assert refused(text_of(MALL, later, SIGNER), rotated) == "wrong_date"
    assert verify(text_of(MALL, later, OTHER), rotated).claims == later
    printed_later = replace(CLAIMS, date=date(2019, 1, 2))
    assert verify(text_of(MALL, printed_later, OTHER), rotated).claims == printed_later, "a paper of before the key"
