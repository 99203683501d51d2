"""What is said of what is kept encrypted, half-filled forms and the NIK of accounts, by the code of `Refused`."""

from __future__ import annotations

from mpp.web.texts.requests import ProblemText

P = ProblemText

DRAFTS: dict[str, ProblemText] = {
    "drafts_full": P(
        "Draf sudah terlalu banyak", "Satu akun menyimpan paling banyak {max} draf. Hapus yang tidak dipakai lagi.",
        "Too many drafts", "An account keeps at most {max} drafts. Remove those that nobody needs any more.",
    ),
    "drafts_off": P(
        "Draf tidak disimpan", "Mal ini belum menyimpan draf (MPP_DRAFT_KEY belum diisi).",
        "Drafts are off", "This mall keeps no drafts (MPP_DRAFT_KEY is not set).",
    ),
    "nik_not_kept": P(
        "NIK tidak disimpan", "Mal ini belum dapat menyimpan NIK sebuah akun (MPP_DRAFT_KEY belum diisi).",
        "No NIK is kept", "This mall cannot keep the NIK of an account yet (MPP_DRAFT_KEY is not set).",
    ),
}  # fmt: skip
