"""Pieces of the pages that citizens read: both languages, local time, the promise with what moved it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from markupsafe import Markup

from mpp.cases.interface.receipts import Bilingual, Promised, Window

NOTHING = Markup("")
_OPEN = {"id": "kalender belum lengkap", "en": "the calendar is not complete"}  # where a service does not say more
Row = tuple[str, str, Markup | str]


def both(text: Bilingual) -> Markup:
    """A text of the catalogue, English beside it."""
    return said(text.get("id", ""), text.get("en", ""))


def said(indonesian: str, english: str) -> Markup:
    """The same sentence in both languages."""
    return Markup("{} <small>{}</small>").format(indonesian, english)


def rows(found: Iterable[Row]) -> Markup:
    """What is asked for and what it is, line by line."""
    lines = NOTHING.join(Markup("<dt>{} <small>{}</small></dt><dd>{}</dd>").format(*row) for row in found)
    return Markup("<dl>{}</dl>").format(lines)


def moment(text: str | None, zone: tzinfo) -> str:
    """An instant as the wall clock of the office shows it."""
    if not text:
        return "-"
    return f"{datetime.fromisoformat(text).astimezone(zone):%d-%m-%Y %H:%M %Z}"


def day(text: str | None) -> str:
    """A calendar day."""
    return "-" if not text else f"{date.fromisoformat(text):%d-%m-%Y}"


def rupiah(amount: int) -> str:
    """Whole rupiah."""
    return f"Rp {amount:,}".replace(",", ".")


def promised(promise: Promised, complete: bool | None, zone: tzinfo) -> Markup:
    """What was promised, what moved it, and why the clock stands still where it does."""
    if promise.given is None:
        return said("Dihitung sejak berkas lengkap", "Counted from when the file is complete")
    lines = [Markup("{}").format(moment(promise.given, zone))]
    for move in promise.moved:
        now = moment(move.to, zone)
        lines.append(
            Markup("menjadi {}: {} <small>now {}: {}</small>").format(now, move.why["id"], now, move.why["en"])
        )
    if complete is False and promise.stopped is None:
        lines += [
            said(f"(belum pasti: {why['id']})", f"(not certain: {why['en']})") for why in promise.doubts or (_OPEN,)
        ]
    if promise.stopped is not None and promise.why_stopped is not None:
        since, why = moment(promise.stopped, zone), promise.why_stopped
        told = said(f"{why['id']}, sejak {since}.", f"{why['en']}, since {since}.")
        later = said("Tanggal baru dihitung sesudahnya.", "The new date is counted after that.")
        lines.append(Markup("{} {}").format(told, later))
    return Markup("<br>").join(lines)


def window(found: Window, zone: tzinfo) -> Markup:
    """A time in which the citizen may act: when it was decided, when the citizen was told, and its end."""
    asked, told, due = (moment(at, zone) for at in (found.asked_at, found.told_at, found.due_at))
    lines = [both(found.label), said(f"Diputuskan pada {asked}.", f"Decided on {asked}.")]
    if found.told_at is None:
        waits = "Waktunya mulai berjalan ketika Anda sudah diberi tahu."
        lines.append(said(waits, "The time begins when you have been told."))
    else:
        lines.append(said(f"Diberitahukan pada {told}.", f"Told on {told}."))
        ends = ("Waktunya berhenti untuk sementara.", "The time stands still for now.")
        lines.append(said(*(ends if found.due_at is None else (f"Sampai {due}.", f"Until {due}."))))
    return Markup("<br>").join(lines)
