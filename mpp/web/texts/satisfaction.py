"""What is said of the nine questions after the end of a case, by the code of `Refused`."""

from __future__ import annotations

from mpp.web.texts.requests import ProblemText

P = ProblemText

SATISFACTION: dict[str, ProblemText] = {
    "case_goes_on": P(
        "Berkas belum selesai", "Penilaian diminta sesudah berkas selesai.",
        "The case goes on", "The questions are asked when the case has ended.",
    ),
    "satisfaction_answered": P(
        "Sudah dinilai, terima kasih",
        "Penilaian untuk berkas ini sudah kami terima. Alamat ini hanya berlaku satu kali.",
        "Answered already, thank you", "The answers about this case are kept. This address works only once.",
    ),
    "satisfaction_expired": P(
        "Waktunya sudah lewat", "Penilaian untuk berkas ini tidak dapat dikirim lagi. Terima kasih.",
        "The time is over", "The questions about this case cannot be answered any more. Thank you all the same.",
    ),
    "satisfaction_not_asked": P(
        "Tidak ada penilaian", "Permohonan ini ditarik, jadi layanannya tidak dinilai.",
        "There are no questions", "This application was withdrawn, so its service is not rated.",
    ),
    "satisfaction_unknown": P(
        "Alamat tidak dikenal",
        "Tidak ada penilaian di alamat ini. Periksa apakah kodenya sama dengan yang Anda terima; yang lama dihapus.",
        "Unknown address",
        "No questions wait at this address. See whether the code is the one you were given; old ones are removed.",
    ),
}  # fmt: skip
