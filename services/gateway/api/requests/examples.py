"""Examples for the OpenAPI document. The residents are demo residents, and what is sent can really be sent."""

from __future__ import annotations

from collections.abc import Mapping

from mpp.contracts import all_contracts
from mpp.identity import demo as people
from mpp.json_values import JsonObject, mapping
from mpp.messaging.events.event import source_of

_FATHER, _MOTHER = people.resident(0), people.resident(1)
_APPLICANT: JsonObject = {"kind": "person", "nik": _FATHER.nik, "name": _FATHER.name, "phone": "081234567890"}

_OPEN: Mapping[str, JsonObject] = {
    "permits": {
        "service": "PRZ-SIP-DR",
        "applicant": _APPLICANT,
        "data": {
            "kind": "new",
            "str_number": "STR-2026-0001",
            "practice_name": "Klinik Contoh",
            "practice_address": "Jalan Contoh 1",
            "practice_region": "35.15.14.2013",
            "requirements": {"str": True, "practice_place": True, "identity": True},
        },
    },
    "registrations": {
        "service": "ADM-LHR-01",
        "applicant": _APPLICANT,
        "data": {
            "family_card": _MOTHER.family_card,
            "mother_nik": _MOTHER.nik,
            "child": {
                "name": "Bayi Contoh",
                "sex": "female",
                "birth_date": "2026-11-10",
                "birth_place": "Sidoarjo",
            },
            "requirements": {"birth_statement": True, "marriage": True, "family_card": True},
        },
    },
    "complaints": {
        "service": "PGD-LPR",
        "anonymous": True,
        "data": {
            "title": "Jalan berlubang",
            "text": "Ada lubang besar di jalan desa, di depan pasar.",
            "classification": "complaint",
        },
    },
}

ACT: JsonObject = {"action": "note", "note": "Pemohon menelepon, berkas asli menyusul."}
LOGIN: JsonObject = {"username": "petugas.sukodono", "password": "rahasia-demo", "grant_type": "password"}
TOKEN: JsonObject = {
    "access_token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9...",
    "token_type": "Bearer",
    "expires_in": 28800,
    "must_change_password": False,
}
CHANGE_PASSWORD: JsonObject = {"old_password": "rahasia-demo", "new_password": "kopi-hujan-sepeda-ungu"}
CARD_SEEN: JsonObject = {"nik": _FATHER.nik}
_TOLD = ("civil_registry.birth.registered.v1", "permits.permit.issued.v1", "permits.levy.assessed.v1")


def _event(number: int, type_: str) -> JsonObject:
    """An event as the feed has it; what it says is its contract's own example."""
    return {
        "specversion": "1.0",
        "id": f"01936b2e-7c5a-7b1e-9d1a-2f6f0a7ca{number:03d}",
        "type": type_,
        "source": source_of(type_.partition(".")[0]),
        "subject": f"01936b2e-7c5a-7b1e-9d1a-2f6f0a7cb{number:03d}",
        "subjectversion": 1,
        "time": "2026-11-21T03:04:05Z",
        "region": "35.15.14.2013",
        "correlationid": f"01936b2e-7c5a-7b1e-9d1a-2f6f0a7cc{number:03d}",
        "dataclassification": "public",
        "datacontenttype": "application/json",
        "data": all_contracts()[type_].example,
    }


EVENTS: JsonObject = {
    "items": [_event(number, type_) for number, type_ in enumerate(_TOLD, 1) if type_ in all_contracts()],
    "next": "5f3a9c01-4711",
    "more": False,
}


def file_online(collection: str) -> JsonObject:
    """What an applicant files alone: no paper is ticked, since no clerk has seen one."""
    body = open_case(collection)
    data = {name: value for name, value in mapping(body, "data").items() if name != "requirements"}
    return {**body, "data": data, "office": "mpp-sidoarjo"}


def open_case(collection: str) -> JsonObject:
    """A request that opens a case of the collection."""
    return _OPEN.get(collection, {"service": "XXX-01", "applicant": _APPLICANT, "data": {}})
