"""What messages look like with made-up data, and what each costs."""

from __future__ import annotations

from collections.abc import Iterator

from mpp.casework.rules.moments import MOMENTS
from mpp.messages.book import EMAIL, FIELDS, LANGUAGES, SMS, WHATSAPP, MessageBook
from mpp.messages.filling import RATE
from mpp.messages.segments import segments

_SAID = {  # by moment, as a case would say it: stage and next step
    "received": (("Diajukan", "Submitted"), ("Verifikasi berkas", "The file is verified")),
    "incomplete": (("Belum lengkap", "Incomplete"), ("Pemohon melengkapi berkas", "The applicant completes the file")),
    "asked": (("Dikembalikan", "Returned"), ("Pemohon melengkapi berkas", "The applicant completes the file")),
    "levy": (
        ("Menunggu pembayaran", "Awaiting payment"),
        ("Pemohon membayar di bank", "The applicant pays at the bank"),
    ),
    "decided": (("Keberatan dikabulkan", "Objection granted"), ("Izin diterbitkan", "The permit is issued")),
    "paper_ready": (("Terbit", "Issued"), ("Dokumen dapat diambil", "The document can be collected")),
    "objection": (
        ("Ditolak", "Rejected"),
        (
            "Pemohon dapat mengajukan keberatan dalam 21 hari kerja",
            "The applicant may object within 21 working days",
        ),
    ),
    "closed": (("Diserahkan", "Handed over"), ("Tidak ada", "None")),
}


def example(moment: str, language: str) -> dict[str, str]:
    """Made-up values of every field."""
    state, following = _SAID[moment]
    place = LANGUAGES.index(language)
    rate = RATE[language].format(FIELDS["rate"].partition(": ")[2])
    return {**FIELDS, "state": state[place], "next": following[place], "rate": rate}


def examples(book: MessageBook, channel: str, language: str) -> Iterator[tuple[str, str]]:
    """Each moment with its text, in the order of a case."""
    for moment in MOMENTS:
        if moment in book.texts:
            text = book.texts[moment]
            values = example(moment, language)
            said = text.said(channel)[language].format_map(values)
            yield moment, f"{text.subject[language].format_map(values)}\n{said}" if channel == EMAIL else said


def cost(text: str) -> str:
    """How many parts an SMS has, and why: `1 SMS (118/160 GSM-7)`."""
    found = segments(text)
    room = (160, 153) if found.gsm else (70, 67)
    of = room[0] if found.parts == 1 else room[1] * found.parts
    return f"{found.parts} SMS ({found.units}/{of} {'GSM-7' if found.gsm else 'UCS-2'})"


def table(book: MessageBook) -> str:
    """Every SMS in both languages, as a table of Markdown."""
    lines = ["| Peristiwa | Moment | Indonesia | English |", "|---|---|---|---|"]
    both = [dict(examples(book, SMS, language)) for language in LANGUAGES]
    for moment, label in MOMENTS.items():
        said = " | ".join(f"{each[moment]} ({cost(each[moment])})" for each in both)
        lines.append(f"| `{moment}`: {label['id']} | {label['en']} | {said} |")
    return "\n".join(lines) + "\n"


CHANNELS = (SMS, WHATSAPP, EMAIL)
