"""Codes that a refusal names, in the reader's words: Indonesian, then English (docs/glossary.md)."""

from __future__ import annotations

from collections.abc import Mapping

from mpp.web.texts.languages import Language

Words = Mapping[str, tuple[str, str]]

_ROLES: Words = {
    "applicant": ("pemohon", "the applicant"),
    "bank": ("bank", "the bank"),
    "clerk": ("petugas loket", "clerk"),
    "inspectorate": ("inspektorat", "inspectorate"),
    "privacy": ("petugas pelindungan data", "privacy officer"),
    "officer": ("petugas teknis", "technical officer"),
    "operator": ("operator", "operator"),
    "partner": ("mitra", "partner"),
    "signer": ("penandatangan", "signer"),
    "supervisor": ("penyelia", "supervisor"),
    "system": ("mal sendiri", "the mall itself"),
    "verifier": ("verifikator", "verifier"),
}
_ACTIONS: Words = {  # those that no catalogue and no table of actions has a label for
    "attach": ("Serahkan dokumen", "Hand in a document"),
    "detach": ("Keluarkan dokumen", "Take out a document"),
    "new_secret": ("Beri kode rahasia baru", "Give a new secret"),
    "open": ("Ajukan permohonan", "File an application"),
    "pay": ("Laporkan pembayaran", "Report a payment"),
    "void": ("Batalkan nomor", "Void a number"),
    "settle_payment": ("Selesaikan pembayaran", "Settle a payment"),
}
_STATUSES: Words = {
    "applied": ("sudah dibukukan", "applied"),
    "settled": ("sudah diselesaikan", "settled"),
    "unapplied": ("belum dibukukan", "not applied"),
    "waiting": ("menunggu dibukukan", "waiting to be applied"),
}
_KINDS: Words = {
    "boolean": ("benar atau salah (true atau false)", "true or false"),
    "date": ("tanggal, seperti 2026-11-23", "a date such as 2026-11-23"),
    "integer": ("bilangan bulat, seperti 12", "a whole number such as 12"),
    "list": ("daftar, seperti [1, 2]", "a list such as [1, 2]"),
    "mark": ("benar atau salah (true atau false)", "true or false"),
    "mark_or_paper": (
        "benar atau salah (true atau false), atau kode pelacakan, nomor atau kode verifikasi dokumen mal",
        "true or false, or the tracking code, number or verification code of a paper of the mall",
    ),
    "money": ("bilangan bulat dalam rupiah, seperti 1250000", "whole rupiah such as 1250000"),
    "object": ('objek JSON, seperti {"nama": "isi"}', 'a JSON object such as {"name": "value"}'),
    "text": ("teks", "a text"),
}
_OFFICES: Words = {
    "bumd": ("BUMD", "enterprise of the region"),
    "bumn": ("BUMN", "state enterprise"),
    "desa": ("desa", "village"),
    "instansi_vertikal": ("instansi vertikal", "national agency"),
    "kecamatan": ("kecamatan", "district"),
    "kelurahan": ("kelurahan", "urban village"),
    "mini_mpp": ("mini MPP", "mini MPP"),
    "mpp": ("MPP", "MPP"),
    "opd": ("perangkat daerah", "agency of the region"),
}
_APPLICANTS: Words = {"organisation": ("badan", "organisations"), "person": ("perorangan", "persons")}
# By the name of the parameter.
WORDS: Mapping[str, Words] = {
    "action": _ACTIONS,
    "applicant": _APPLICANTS,
    "kind": _KINDS,
    "office_kinds": _OFFICES,
    "roles": _ROLES,
    "status": _STATUSES,
}


def role_name(role: str) -> dict[str, str]:
    """A role as a label, in both languages."""
    said = {"id": worded("roles", role, "id"), "en": worded("roles", role, "en")}
    return {language: word[:1].upper() + word[1:] for language, word in said.items()}


def worded(name: str, value: str | int, language: Language) -> str:
    """The value of a parameter as a reader would say it; of a list (`a, b`) each of its words."""
    known, index = WORDS.get(name, {}), 0 if language == "id" else 1
    said = [known[word][index] if word in known else word for word in str(value).split(", ")]
    return ", ".join(said)
