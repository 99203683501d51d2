"""Events of the complaints desk (pengaduan). None of them says anything of the reporter or of the text."""

from __future__ import annotations

from mpp.contracts.base import STANDING_STEPS, EventContract, case_events

EVENTS: list[EventContract] = [
    *case_events(
        "complaints",
        "report",
        {
            "received": ("Laporan diterima", "Report received"),
            "verified": ("Laporan diverifikasi", "Report verified"),
            "referred": ("Laporan didisposisikan", "Report referred to an agency"),
            "handed_back": ("Dikembalikan: bukan wewenang", "Handed back: not our authority"),
            "deferred": ("Laporan ditunda: informasi kurang", "Report deferred: information missing"),
            "completed": ("Laporan dilengkapi", "Report completed"),
            "answered": ("Laporan ditindaklanjuti", "Report answered by the agency"),
            "replied": ("Pelapor menanggapi", "Reporter replied"),
            "closed": ("Laporan selesai", "Report closed"),
            "archived": ("Laporan diarsipkan", "Report archived"),
            **STANDING_STEPS,
        },
        "PGD-LPR",
    ),
]
