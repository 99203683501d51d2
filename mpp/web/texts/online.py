"""What is said of what applicants file alone, by the code of `Refused`."""

from __future__ import annotations

from mpp.web.texts.requests import ProblemText

P = ProblemText

ONLINE: dict[str, ProblemText] = {
    "online_ended": P(
        "Tidak menunggu lagi", "Ajuan ini sudah diterima, tidak diterima, ditarik, atau lewat waktu. Muat ulang.",
        "It waits no more", "This filing was accepted, declined or withdrawn, or is out of time. Load it again.",
    ),
}  # fmt: skip
