"""Events of the complaints desk (pengaduan). None of them says anything of the reporter or of the text."""

from __future__ import annotations

from mpp.contracts.base import VILLAGE, EventContract, Step, case_events

EVENTS: list[EventContract] = [
    *case_events(
        "complaints",
        "report",
        "PGD-LPR",
        {
            "received": Step("Laporan diterima", "Report received", "open", None, "received", "dinkominfo"),
            "verified": Step("Laporan diverifikasi", "Report verified", "verify", "received", "verified", "dinkominfo"),
            "referred": Step(
                "Laporan didisposisikan", "Report referred to an agency", "refer", "verified", "referred", "dpubmsda"
            ),
            "handed_back": Step(
                "Dikembalikan: bukan wewenang",
                "Handed back: not our authority",
                "hand_back",
                "referred",
                "verified",
                "dinkominfo",
            ),
            "deferred": Step(
                "Laporan ditunda: informasi kurang",
                "Report deferred: information missing",
                "defer",
                "received",
                "deferred",
                VILLAGE,
                clock_runs=False,
            ),
            "completed": Step(
                "Laporan dilengkapi", "Report completed", "complete", "deferred", "received", "dinkominfo"
            ),
            "answered": Step(
                "Laporan ditindaklanjuti",
                "Report answered by the agency",
                "answer",
                "referred",
                "answered",
                "dinkominfo",
                clock_runs=False,
            ),
            "replied": Step("Pelapor menanggapi", "Reporter replied", "reply", "answered", "referred", "dpubmsda"),
            "closed": Step(
                "Laporan selesai", "Report closed", "close", "answered", "closed", "dinkominfo", clock_runs=False
            ),
            "archived": Step(
                "Laporan diarsipkan",
                "Report archived",
                "archive",
                "received",
                "archived",
                "dinkominfo",
                clock_runs=False,
            ),
        },
    ),
]
