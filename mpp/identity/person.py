"""The pseudonym by which services name a person to each other (design.md section 5)."""

from __future__ import annotations

import hashlib
import hmac
import re

from mpp.json_values import JsonObject


def person_key(nik: str, secret: bytes) -> str:
    """HMAC-SHA256 of a 16-digit NIK as 64 hex digits; the same in every service that has the same secret.

    ValueError for anything but 16 digits, and for a secret under 32 bytes: there are few enough NIK to try them all,
    so the secret is all that protects them.
    """
    if not re.fullmatch(r"[0-9]{16}", nik):
        raise ValueError("a person key is made of a NIK of 16 digits")
    return _keyed(nik, secret)


def organisation_key(nib: str | None, name: str | None, secret: bytes) -> str:
    """The same of an organisation, by its NIB, else by its name as `name_key` has it: that of a small business is
    often a person's. Never the key of a person."""
    return _keyed(f"organisation name {name}" if nib is None else f"organisation nib {nib}", secret)


def _keyed(words: str, secret: bytes) -> str:
    if len(secret) < 32:
        raise ValueError("the secret of the person key needs 32 bytes")
    return hmac.new(secret, words.encode(), hashlib.sha256).hexdigest()


def person_of(applicant: JsonObject | None, secret: bytes) -> str | None:
    """The pseudonym of an applicant who is a person; None for organisations and nobody."""
    if applicant is None or applicant.get("kind") != "person" or not applicant.get("nik"):
        return None
    return person_key(str(applicant["nik"]), secret)
