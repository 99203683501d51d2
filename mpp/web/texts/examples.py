"""An example of every refusal that says more than its code: what a service tells with it.

`docs/problems.md` is made of these (`python -m mpp.web.texts.page > docs/problems.md`), and tests read each sentence in
both languages.
"""

from __future__ import annotations

from collections.abc import Mapping

Told = Mapping[str, str | int]

_ACTION: Told = {"action": "verify", "action_id": "Berkas lengkap dan benar", "action_en": "Verified"}
_STATE: Told = {"state": "submitted", "state_id": "Diajukan", "state_en": "Submitted"}
_STATUS: Told = {"status": "revoked", "status_id": "Dicabut", "status_en": "Revoked"}
_CHOICES: Told = {"choices_id": "Baru, Perpanjangan", "choices_en": "New, Renewal"}
_OFFICE: Told = {"office": "dpmptsp", "office_id": "DPMPTSP", "office_en": "DPMPTSP"}
_REASON = "libur.yaml:3: tanggal tidak ada | libur.yaml:3: there is no such day"

PROBLEM_EXAMPLES: Mapping[str, Told] = {
    "action_not_for_case": _ACTION,
    "body_not_utf8": {"position": 17},
    "body_too_deep": {"max": 16},
    "body_too_large": {"max": 65536},
    "calendar_invalid": {"reason": _REASON},
    "decided_before": {"action": "uphold_appeal", "action_id": "Kabulkan banding", "action_en": "Uphold the appeal"},
    "case_decided": {"action": "amend", "action_id": "Betulkan data", "action_en": "Correct the data"},
    "case_full": {"max": 300},
    "closed_by_decision": {"action": "reject", "action_id": "Tolak", "action_en": "Reject"},
    "content_type_unsupported": {"expected": "application/json"},
    "drafts_full": {"max": 50},
    "feed_cursor_expired": {"days": 30},
    "json_malformed": {"position": 17},
    "login_locked": {"retry_after": 60},
    "login_too_often": {"retry_after": 60},
    "method_not_allowed": {"allow": "GET, POST"},
    "number_in_force": {"number": "SIP/0001/DPMPTSP/2026"},
    "number_series_started": {"last": 12},
    "office_may_not": {**_ACTION, **_OFFICE},
    "payment_not_open": {"status": "settled"},
    "permit_limit_reached": {"max": 3},
    "permit_status_forbids": {**_STATUS, "action": "suspend", "action_id": "Bekukan sementara", "action_en": "Suspend"},
    "previous_permit_changed": _STATUS,
    "rate_limited": {"retry_after": 60},
    "role_may_not": {**_ACTION, "roles": "verifier, supervisor"},
    "state_forbids": {**_ACTION, **_STATE},
    "task_done": _ACTION,
    "too_many_documents": {"max": 100},
    "upload_allowance_used": {"max": 300},
}
FIELD_EXAMPLES: Mapping[str, Told] = {
    "before_assessment": {"assessed_at": "23-11-2026 09:00 WIB"},
    "answer_required": {
        "text_id": "Permohonan P0123456789V dari pemohon yang sama berisi data yang sama. Apakah ini ganda?",
        "text_en": "Application P0123456789V of the same applicant holds the same data. Is this one double?",
    },
    "file_damaged": {"expected": "PDF"},
    "file_has_too_many_pixels": {"expected": "JPEG"},
    "file_has_trailer": {"expected": "PDF"},
    "file_of_other_type": {"expected": "PDF"},
    "malformed": {"example": "PRZ-SIP-DR"},
    "no_colleague": {"roles": "verifier"},
    "not_a_choice": _CHOICES,
    "other_unit": {"max": "5wd"},
    "out_of_range": {"min": 1, "max": 100},
    "permit_limit_reached": {"max": 3},
    "renewal_too_early": {"opens": "2026-11-23"},
    "series_divided": {"example": "pbg.351514.2026-11-27"},
    "linked_service": {"address": "/api/v1/linked-services/POL-SKCK"},
    "service_of_other_collection": {"address": "/api/v1/letters"},
    "too_long": {"max": 120},
    "too_long_extension": {"max": "5wd"},
    "too_many": {"max": 20},
    "too_short": {"min": 3},
    "unknown_action": _CHOICES,
    "unknown_choice": {"choices": "person, organisation"},
    "unknown_region": {"region": "35.15"},
    "wrong_amount": {"expected": 1250000},
    "wrong_applicant_kind": {"applicant": "person"},
    "wrong_office_kind": {"office_kinds": "desa, kelurahan"},
    "wrong_type": {"kind": "integer"},
}
