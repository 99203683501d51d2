"""What is said of decisions that stand, by the code of `Refused`."""

from __future__ import annotations

from mpp.web.texts.requests import ProblemText

P = ProblemText

DECIDING: dict[str, ProblemText] = {
    "case_decided": P(
        "Sudah diputus", "Berkas ini sudah diputus; \"{action}\" tidak dapat dilakukan lagi.",
        "Decided already", "This case is decided; \"{action}\" is no longer possible.",
    ),
    "closed_by_decision": P(
        "Sudah diputus lain", "Tindakan \"{action}\" tidak mungkin lagi: putusan atas berkas ini menutupnya.",
        "Decided otherwise", "The action \"{action}\" is no longer possible: a decision on this case closed it.",
    ),
    "decided_before": P(
        "Perlu orang lain", "Tindakan \"{action}\" dilakukan orang lain: akun ini ikut memutus berkas yang sama.",
        "Another person is needed", "The action \"{action}\" is another person's: this account decided on the case.",
    ),
}  # fmt: skip
