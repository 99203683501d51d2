"""Persons, organisations, accounts."""

from __future__ import annotations

from mpp.identity import demo
from mpp.web.schemas.words import Word, Words

_SOMEBODY = demo.resident(0)

WORDS: Words = {
    "account": Word("The name of the account", "petugas.sukodono"),
    "address": Word("Where the person lives, or the organisation is", "Jalan Contoh 1, Sukodono"),
    "assignments": Word("Which roles it has, at which offices"),
    "client_id": Word("Not looked at: OAuth2 clients send it", ""),
    "disabled": Word("Whether nobody can log in with it"),
    "email": Word("An e-mail address", "warga@contoh.id"),
    "family_card": Word("The family card"),
    "grant_type": Word("OAuth2's name for a log-in by password"),
    "kind": Word("person or organisation", "person"),
    "name": Word("The name, as the identity card or the register has it", _SOMEBODY.name),
    "new_password": Word("The password from now on: long, and not a common one", "kopi-hujan-sepeda-ungu"),
    "nib": Word("Nomor Induk Berusaha, 13 digits", "1234567890123"),
    "nik": Word("Nomor Induk Kependudukan, 16 digits", _SOMEBODY.nik),
    "npwp": Word("Tax number, 15 or 16 digits", _SOMEBODY.nik),
    "old_password": Word("The password of until now", "rahasia-demo"),
    "password": Word("The password: long, and not a common one", "kopi-hujan-sepeda-ungu"),
    "phone": Word("A phone number; answers have it in the international form", "+6281234567890"),
    "relation": Word("What somebody is to the applicant", "anak"),
    "role": Word("clerk, verifier, officer, signer, supervisor, inspectorate, partner or operator", "clerk"),
    "role_name": Word("The role in words", {"id": "Petugas loket", "en": "Clerk"}),
    "scope": Word("Not looked at: OAuth2 clients send it", ""),
    "username": Word("The name of the account", "petugas.sukodono"),
}
