"""What is told of a paper to whoever holds it: its kind, and whether it holds. What a register says more is its own."""

from __future__ import annotations

from collections.abc import Mapping

Text = Mapping[str, str]

AWAITING = "awaiting"
VALID = "valid"
SUPERSEDED = "superseded"
VOIDED = "voided"

STANDINGS: Mapping[str, Text] = {
    AWAITING: {"id": "Menunggu tanda tangan", "en": "Awaiting signature"},
    VALID: {"id": "Berlaku", "en": "Valid"},
    SUPERSEDED: {"id": "Diganti dengan surat lain", "en": "Superseded by another paper"},
    VOIDED: {"id": "Dibatalkan sebelum terbit", "en": "Voided before it was issued"},
}

KINDS: Mapping[str, Text] = {
    "permit": {"id": "Izin", "en": "Permit"},
    "certificate": {"id": "Akta", "en": "Certificate"},
    "card": {"id": "Kartu", "en": "Card"},
    "letter": {"id": "Surat", "en": "Letter"},
    "levy": {"id": "Surat ketetapan retribusi", "en": "Levy assessment"},
    "refusal": {"id": "Surat penolakan", "en": "Letter of refusal"},
    "deemed": {"id": "Dikabulkan demi hukum", "en": "Granted by law"},
}
