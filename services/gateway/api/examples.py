"""Examples for the OpenAPI document. The residents are demo residents (sequence 9990 and up)."""

from __future__ import annotations

from typing import Any

_APPLICANT = {
    "kind": "person",
    "nik": "3515144107909990",
    "name": "Warga Contoh 01",
    "phone": "081234567890",
}

_OPEN: dict[str, dict[str, Any]] = {
    "permits": {
        "service": "PRZ-SIP-DR",
        "applicant": _APPLICANT,
        "data": {"practice": {"name": "Praktik Contoh", "address": "Jalan Contoh 1", "region": "35.15.14.2013"}},
    },
    "registrations": {"service": "ADM-LHR-01", "applicant": _APPLICANT, "data": {}},
    "complaints": {
        "service": "PGD-LPR",
        "anonymous": True,
        "data": {"subject": "Jalan rusak", "text": "Lubang besar di depan pasar.", "region": "35.15.14.2013"},
    },
}

ACT = {"action": "verify", "note": "Berkas lengkap."}
LOGIN = {"username": "petugas.sukodono", "password": "rahasia-demo", "grant_type": "password"}
TOKEN = {"access_token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9...", "token_type": "Bearer", "expires_in": 28800}
ME = {"account": "petugas.sukodono", "assignments": [{"office": "35.15.14.2013", "role": "clerk"}]}
OPENED = {
    "id": "01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e11",
    "tracking_code": "P0123456789V",
    "secret": "7K2M9QX4TB",
    "service": {
        "code": "PRZ-SIP-DR",
        "version": 1,
        "name": {"id": "Surat Izin Praktik Dokter", "en": "Doctor's practice permit"},
    },
    "state": "submitted",
    "state_label": {"id": "Diajukan", "en": "Submitted"},
    "version": 1,
    "due_at": "2026-11-26T08:00:00+00:00",
    "actions": [],
}
EVENTS = {
    "items": [
        {
            "specversion": "1.0",
            "id": "01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e12",
            "type": "civil_registry.birth.registered.v1",
            "source": "civil_registry",
            "subject": "01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e11",
            "subjectversion": 4,
            "time": "2026-11-21T03:04:05Z",
            "region": "35.15.14.2013",
            "correlationid": "01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e13",
            "dataclassification": "public",
            "datacontenttype": "application/json",
            "data": {"certificate_number": "3515-LU-21112026-0001", "birth_date": "2026-11-20"},
        }
    ],
    "next": "4711",
    "more": False,
}


def open_case(collection: str) -> dict[str, Any]:
    """A request that opens a case of the collection."""
    return _OPEN.get(collection, {"service": "XXX-01", "applicant": _APPLICANT, "data": {}})
