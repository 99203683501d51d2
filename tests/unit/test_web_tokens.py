"""A token is believed only if the gateway signed it, for us, now."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from mpp.casework.access.actors import BANK, Actor, Assignment
from mpp.casework.refusals import Refused
from mpp.tokens.signed import AUDIENCE, ISSUER, TokenSigner, TokenVerifier, new_keys

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PRIVATE, PUBLIC = new_keys()
ACTOR = Actor("petugas.sukodono", (Assignment("35.15.14.2013", "clerk"), Assignment("dukcapil", "verifier")))
VERIFIER = TokenVerifier(PUBLIC)


def claims(**more: Any) -> dict[str, Any]:
    start = int(NOW.timestamp())
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "petugas",
        "iat": start,
        "exp": start + 60,
        "jti": "x",
        "assignments": [{"office": "dukcapil", "role": "clerk"}],
    }
    return {name: value for name, value in {**good, **more}.items() if value is not None}


def private_key() -> Any:
    return serialization.load_der_private_key(base64.b64decode(PRIVATE), password=None)


def forged(body: dict[str, Any], key: Any = None, algorithm: str = "ES256", typ: str | None = "at+jwt") -> str:
    return jwt.encode(body, key if key is not None else private_key(), algorithm=algorithm, headers={"typ": typ})


def refused(token: str, code: str = "token_invalid") -> None:
    with pytest.raises(Refused) as caught:
        VERIFIER.verify(token, NOW)
    assert (caught.value.status, caught.value.code) == (401, code)


def test_what_the_gateway_signed_is_read_back_as_the_same_actor() -> None:
    token = TokenSigner(PRIVATE).sign(ACTOR, NOW, timedelta(hours=8))
    assert VERIFIER.verify(token, NOW) == ACTOR
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"


def test_the_signer_knows_the_public_half_of_its_key() -> None:
    assert TokenSigner(PRIVATE).public_key == PUBLIC


def test_a_pem_key_is_as_good_as_one_line_of_der() -> None:
    pem = private_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert VERIFIER.verify(TokenSigner(pem.decode()).sign(ACTOR, NOW, timedelta(hours=1)), NOW) == ACTOR


def test_a_token_ends_on_the_second() -> None:
    token = TokenSigner(PRIVATE).sign(ACTOR, NOW - timedelta(hours=8), timedelta(hours=8))
    refused(token, "token_expired")


def test_a_token_without_a_signature_is_refused() -> None:
    refused(forged(claims(), key="", algorithm="none"))


def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused() -> None:
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"at+jwt"}').rstrip(b"=")
    import hashlib
    import hmac
    import json

    body = base64.urlsafe_b64encode(json.dumps(claims()).encode()).rstrip(b"=")
    for secret in (PUBLIC.encode(), base64.b64decode(PUBLIC)):
        signature = hmac.new(secret, header + b"." + body, hashlib.sha256).digest()
        refused(b".".join((header, body, base64.urlsafe_b64encode(signature).rstrip(b"="))).decode())


def test_another_key_or_another_algorithm_is_refused() -> None:
    refused(TokenSigner(new_keys()[0]).sign(ACTOR, NOW, timedelta(hours=1)))
    refused(forged(claims(), key=ec.generate_private_key(ec.SECP384R1()), algorithm="ES384"))
    refused(forged(claims(), key=rsa.generate_private_key(65537, 2048), algorithm="RS256"))


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "somebody-else"},
        {"aud": None},
        {"iss": "mpp-other"},
        {"iss": None},
        {"sub": None},
        {"exp": None},
        {"iat": None},
        {"jti": None},
        {"iat": int(NOW.timestamp()) + 3600},
        {"exp": "tomorrow"},
        {"exp": 1e400},
        {"exp": True},
        {"exp": 2**70},
        {"iat": -1},
        {"assignments": None},
        {"assignments": {}},
        {"assignments": ["clerk"]},
        {"assignments": [{"office": "dukcapil", "role": "king"}]},
        {"assignments": [{"office": 7, "role": "clerk"}]},
        {"assignments": [{"office": "dukcapil", "role": "clerk", "more": 1}]},
    ],
)
def test_claims_that_are_not_ours_are_refused(change: dict[str, Any]) -> None:
    refused(forged(claims(**change)))


@pytest.mark.parametrize("sub", ["petugas", "operator", "Bank", "bank ", "system", "gateway"])
def test_the_rights_of_the_bank_are_the_banks_alone(sub: str) -> None:
    clerk, bank = {"office": "dukcapil", "role": "clerk"}, {"office": "bank", "role": "bank"}
    assert VERIFIER.verify(forged(claims(sub="bank", assignments=[bank])), NOW) == BANK
    refused(forged(claims(sub=sub, assignments=[bank])))
    refused(forged(claims(sub=sub, assignments=[clerk, bank])))


def test_a_clock_half_a_minute_ahead_is_forgiven_and_no_more() -> None:
    start = int(NOW.timestamp())
    assert VERIFIER.verify(forged(claims(iat=start + 29)), NOW).id == "petugas"
    refused(forged(claims(iat=start + 31)))


@pytest.mark.parametrize("typ", ["JWT", "", None, "AT+JWT "])
def test_a_token_of_another_type_is_refused(typ: str | None) -> None:
    refused(forged(claims(), typ=typ))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "\u00e9", "x" * 10_000, "e30.e30.e30"])
def test_text_that_is_no_token_is_refused(text: str) -> None:
    refused(text)


def test_a_key_on_another_curve_is_refused_at_the_start() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with pytest.raises(ValueError, match="P-256"):
        TokenSigner(base64.b64encode(der).decode())


def test_a_counter_travels_with_the_token_of_one_call() -> None:
    at_the_counter = replace(ACTOR, counter="Loket 3")
    token = TokenSigner(PRIVATE).sign(at_the_counter, NOW, timedelta(seconds=60))
    assert VERIFIER.verify(token, NOW) == at_the_counter
