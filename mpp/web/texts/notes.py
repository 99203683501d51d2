"""What the sender of a document is told about one that was taken: Indonesian, then English."""

from __future__ import annotations

from mpp.web.texts.languages import Language

NOTES: dict[str, tuple[str, str]] = {
    "tail_removed": (
        "Data tambahan di belakang foto ini dibuang. Gambarnya tetap utuh.",
        "Data behind this photo were removed. The picture is whole.",
    ),
    "traces_kept": (
        "Foto ini disimpan apa adanya, termasuk tempat, waktu, dan alat bila tercatat di dalamnya.",
        "This photo is kept as it was taken, with place, time and device where it tells them.",
    ),
    "traces_removed": (
        "Tempat, waktu, dan alat yang tercatat di foto ini dihapus, karena foto ini dapat dilihat umum.",
        "Place, time and device in this photo were removed, since the public may see it.",
    ),
}


def note_text(code: str, language: Language) -> str:
    """What a note says."""
    indonesian, english = NOTES[code]
    return indonesian if language == "id" else english
