"""What happened with each step of a case, in words: the label of its action."""

from __future__ import annotations

from collections.abc import Mapping

from mpp.casework.rules import built_in
from mpp.casework.rules.prerequisites import CITE, CITE_LABEL
from mpp.casework.rules.service_type import ServiceType, Text

# Steps that nobody chooses from a list: the mall takes them, or they come with something else.
_OTHERS: Mapping[str, Text] = {
    "open": {"id": "Didaftarkan", "en": "Filed"},
    "attach": {"id": "Dokumen diserahkan", "en": "Document handed in"},
    "detach": {"id": "Dokumen dikeluarkan", "en": "Document taken out"},
    "contact": {"id": "Kontak dibetulkan", "en": "Contact details corrected"},
    "new_secret": {"id": "Kode rahasia baru diberikan", "en": "A new secret was given"},
    "hold": {"id": "Ditangguhkan", "en": "Put on hold"},
    "follow": {"id": "Mengikuti data kependudukan", "en": "Followed the civil register"},
    "told": {"id": "Pemohon sudah diberi tahu", "en": "The applicant was told"},
    "recount": {"id": "Tanggal dihitung ulang", "en": "Dates counted again"},
    "signing": {"id": "Diputuskan, menunggu tanda tangan", "en": "Decided, waits for the signature"},
    "signing_abandoned": {"id": "Surat dibatalkan sebelum ditandatangani", "en": "Paper given up before it was signed"},
    "deemed_granted": {"id": "Dianggap dikabulkan", "en": "Deemed granted"},
    "due_soon": {"id": "Mendekati tenggat", "en": "Due soon"},
    "overdue": {"id": "Lewat tenggat", "en": "Overdue"},
    "escalated": {"id": "Dinaikkan ke atasan", "en": "Taken to a superior"},
    "paper_arrived": {"id": "Surat yang ditunggu terbit", "en": "An awaited paper was issued"},
    "paper_failed": {"id": "Surat yang ditunggu gagal", "en": "An awaited paper failed"},
    "paper_lost": {"id": "Surat yang dipakai tidak berlaku lagi", "en": "A paper in use holds no longer"},
    CITE: CITE_LABEL,
}


def action_label(service_type: ServiceType, action: str) -> Text | None:
    """The words for a step; None for one that only an earlier version knew."""
    declared = service_type.actions.get(action)
    if declared is not None:
        return declared.label
    own = built_in.BUILT_IN.get(action)
    return _OTHERS.get(action) if own is None else own.label
