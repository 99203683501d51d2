"""Access tokens: ES256 in the shape of RFC 9068, signed by the gateway only, verified by whom they are addressed to.

A session's token is addressed to the mall, which is to its one door, the gateway; what travels with a call to the
service that is called (`for_services`). So none is of use to anybody but the one that it was made for.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from mpp.casework.access.actors import BANK, BANK_ROLE, KEEPER_ROLE, ROLES, Actor, Assignment
from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.json_values import Json, JsonObject, objects, optional_text, text, whole

ISSUER = "mpp-gateway"
AUDIENCE = "mpp"
TYPE = "at+jwt"
ALGORITHM = "ES256"
CLOCK_SKEW = timedelta(seconds=30)
_MAX_TOKEN = 8192
_KNOWN_ROLES = (*ROLES, KEEPER_ROLE)  # the last is no account's: the door has it for itself


@dataclass(frozen=True)
class Bearer:
    """Whom a token speaks for, and which of the account's generations of tokens it is of."""

    actor: Actor
    generation: int


@dataclass(frozen=True)
class Claims:
    """What a token says, read and not yet compared with the time: seconds since the epoch."""

    bearer: Bearer
    issued_at: int
    expires_at: int


class TokenSigner:
    """Makes tokens; holds the private key (base64 of PKCS#8 DER on one line, or PEM)."""

    def __init__(self, private_key: str) -> None:
        key = _private_key(private_key)
        self._key = key
        self.public_key = _public_text(key.public_key())

    def sign(self, actor: Actor, now: datetime, ttl: timedelta, generation: int = 0, audience: str = AUDIENCE) -> str:
        """A token that says who the actor is and at which offices, good for `ttl` from `now` at the `audience`.

        `generation` is the account's own number: when the account has moved on, the gateway refuses the token.
        """
        claims: dict[str, Json] = {
            "iss": ISSUER,
            "aud": audience,
            "sub": actor.id,
            "iat": int(now.timestamp()),
            "exp": int((now + ttl).timestamp()),
            "jti": new_id(),
            "gen": generation,
            "assignments": [{"office": a.office, "role": a.role} for a in actor.assignments],
        }
        claims |= {key: value for key, value in _optional(actor) if value is not None}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"typ": TYPE})


class TokenVerifier:
    """Reads tokens that are addressed to `audience`.

    It holds the public key (base64 of SubjectPublicKeyInfo DER on one line, or PEM).
    """

    def __init__(self, public_key: str, audience: str = AUDIENCE) -> None:
        self._key = _public_key(public_key)
        self._public_key = public_key
        self._audience = audience

    def of(self, service: str) -> Self:
        """One with the same key for what is addressed to this service."""
        return type(self)(self._public_key, service)

    def verify(self, token: str, now: datetime) -> Actor:
        """Who the token speaks for. Raises Refused 401 `token_invalid` or `token_expired`, and nothing else."""
        return self.read(token, now).actor

    def read(self, token: str, now: datetime) -> Bearer:
        """The same, with the generation, for the gateway, which knows the accounts."""
        claims = self._claims(token)
        moment = now.timestamp()
        if moment >= claims.expires_at:
            raise Refused(401, "token_expired")
        if claims.issued_at > moment + CLOCK_SKEW.total_seconds():
            raise Refused(401, "token_invalid")
        return claims.bearer

    def _claims(self, token: str) -> Claims:
        if len(token) > _MAX_TOKEN or not token.isascii():
            raise Refused(401, "token_invalid")
        try:
            decoded = jwt.decode_complete(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=ISSUER,
                # exp and iat are compared by us, with the injected clock.
                options={
                    "require": ["exp", "iat", "sub", "aud", "iss", "jti"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            raise Refused(401, "token_invalid") from error
        payload: JsonObject = decoded["payload"]
        try:
            bearer = Bearer(_actor(payload), _number(payload, "gen", 0))
            claims = Claims(bearer, _number(payload, "iat"), _number(payload, "exp"))
        except ValueError as error:
            raise Refused(401, "token_invalid") from error
        if decoded["header"].get("typ") != TYPE:
            raise Refused(401, "token_invalid")
        return claims


def new_keys() -> tuple[str, str]:
    """A fresh private and public key, each base64 of DER on one line, as the settings take them."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return base64.b64encode(private).decode(), _public_text(key.public_key())


def _optional(actor: Actor) -> tuple[tuple[str, str | None], ...]:
    return ("name", actor.name), ("nip", actor.nip), ("counter", actor.counter)


def _actor(claims: JsonObject) -> Actor:
    name = text(claims, "sub")
    assignments = tuple(_assignment(name, entry) for entry in objects(claims, "assignments"))
    counter, full_name, nip = (optional_text(claims, each) for each in ("counter", "name", "nip"))
    return Actor(name, assignments, counter, full_name, nip)


def _assignment(name: str, entry: JsonObject) -> Assignment:
    office, role = text(entry, "office"), text(entry, "role")
    if entry.keys() != {"office", "role"} or (role not in _KNOWN_ROLES and (name, role) != (BANK.id, BANK_ROLE)):
        raise ValueError("assignments: not one that this mall knows")
    return Assignment(office, role)


def _number(claims: JsonObject, name: str, missing: int | None = None) -> int:
    value = whole(claims, name, missing)
    if not 0 <= value < 1 << 40:
        raise ValueError(f"{name}: out of range")
    return value


def _private_key(text: str) -> ec.EllipticCurvePrivateKey:
    if text.lstrip().startswith("-----BEGIN"):
        key = serialization.load_pem_private_key(text.encode(), password=None)
    else:
        key = serialization.load_der_private_key(base64.b64decode(text, validate=True), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the token key must be an EC key on P-256")
    return key


def _public_key(text: str) -> ec.EllipticCurvePublicKey:
    if text.lstrip().startswith("-----BEGIN"):
        key = serialization.load_pem_public_key(text.encode())
    else:
        key = serialization.load_der_public_key(base64.b64decode(text, validate=True))
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the token key must be an EC key on P-256")
    return key


def _public_text(key: ec.EllipticCurvePublicKey) -> str:
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()
