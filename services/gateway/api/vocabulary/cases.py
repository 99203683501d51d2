"""Cases, permits, and the lists of them."""

from __future__ import annotations

from mpp.web.schemas.words import Word, Words

_ID = "01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e11"
_CURSOR = "WyIwMTkzNmIyZSJd"

WORDS: Words = {
    "{channel}": Word("By which way a message went: sms or whatsapp", "sms"),
    "{code}": Word(
        "The code of a service type, of a document that is to be verified, or in a one-time address", "PRZ-SIP-DR"
    ),
    "{document}": Word("The id of a document of the case", _ID),
    "{line}": Word("The id of a line of the call list", "P01936b2e-7c00-7000-8000-000000000001"),
    "{id}": Word("The id; of a case also its tracking code", _ID),
    "{tracking_code}": Word("The code on the receipt", "P0123456789V"),
    "action": Word("The code of an action that `actions` offers", "verify"),
    "actions": Word("What the reader may do now"),
    "amount": Word("Whole rupiah", 1_250_000),
    "area": Word("A place by its Kemendagri code, with all that lies in it", "35.15.14"),
    "at": Word("When it happened"),
    "calendar_complete": Word("Whether the date is sure: false while it is counted by estimates of days off"),
    "case_id": Word("The id of the case", _ID),
    "collection": Word("Which collection of cases: permits, registrations or complaints", "permits"),
    "cursor": Word("The `next` of the page before; left out: the first page", _CURSOR),
    "document_number": Word("The legal number of what the case led to; null before", "SIP/0001/DPMPTSP/2026"),
    "due_at": Word("The promised date; null while the clock stands still"),
    "due_from": Word("Only what is due on this day or later, by the clocks of the region", "2026-11-23"),
    "due_to": Word("Only what is due on this day or before, by the clocks of the region", "2026-11-30"),
    "escalated": Word("Only those that went up the escalation ladder"),
    "filed_from": Word("Only cases filed on this day or later, by the clocks of the region", "2026-11-01"),
    "filed_to": Word("Only cases filed on this day or before, by the clocks of the region", "2026-11-30"),
    "id": Word("The id", _ID),
    "items": Word("What the list holds, in its order"),
    "label": Word("What a person reads", {"id": "Berkas lengkap dan benar", "en": "Verified"}),
    "limit": Word("The most items of a page", 20),
    "next": Word("Where the next page begins; null on the last one", _CURSOR),
    "note": Word("Words for the file, read by who works on it", "Pemohon menelepon, berkas asli menyusul."),
    "number": Word("A legal number", "SIP/0001/DPMPTSP/2026"),
    "office": Word("The code of an office; of a case the one where it is", "dpmptsp"),
    "office_name": Word("The name of `office`; null where the region's list does not have it", "DPMPTSP"),
    "office_of_origin": Word("The code of the office that took the case in", "35.15.14.2013"),
    "office_of_origin_name": Word("The name of `office_of_origin`", "Desa Sukodono"),
    "opened_at": Word("Since when it waits"),
    "overdue": Word("Only those whose promised date is over"),
    "promise": Word("What was promised, and every move of it"),
    "q": Word("A tracking code or a legal number, never a name or a NIK", "P0123456789V"),
    "region": Word("The Kemendagri code of a place; of a case where its matter is", "35.15.14.2013"),
    "region_name": Word("The name of `region`", "Sukodono, Sukodono, Kabupaten Sidoarjo"),
    "requirement": Word("The code of a requirement of the service", "str"),
    "service": Word("The service type: its code, or an object with its code and name", "PRZ-SIP-DR"),
    "state": Word("The code of the state", "submitted"),
    "state_label": Word("The state in words", {"id": "Diajukan", "en": "Submitted"}),
    "status": Word("The code of the status", "valid"),
    "status_label": Word("The status in words", {"id": "Berlaku", "en": "Valid"}),
    "submitted_at": Word("When the case was filed"),
    "task_id": Word("The id of the task", _ID),
    "tracking_code": Word("The code on the receipt, by which anybody can follow the case", "P0123456789V"),
    "unapplied_payment": Word("Only those with money that somebody has to see to"),
    "until_from": Word("Only permits that hold until this day or longer", "2026-11-23"),
    "until_to": Word("Only permits that hold until this day at most", "2026-12-31"),
    "uploaded_at": Word("When it was handed in"),
    "valid_from": Word("The first day of validity"),
    "valid_until": Word("The last day of validity, that day included; null: without an end"),
    "verification": Word("How anybody can see whether the document is real"),
    "version": Word("Counts the changes: what an ETag says", 3),
}
