"""The official note on legal numbers that restores have passed over: a page to print and to sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mpp.json_values import JsonObject, moment, objects, text, whole
from mpp.operations.commands.table import aligned

_COLUMNS = ("kantor", "seri", "tahun", "dari", "sampai", "jumlah", "cadangan sampai", "dipulihkan")
_ENGLISH = ("office", "series", "year", "from", "to", "number", "backup up to", "restored")
_TIME = "%Y-%m-%d %H:%M:%S %z"


def printed(found: JsonObject, now: datetime) -> Iterator[str]:
    """The page; times as of the clock of `now`."""
    rows = [_row(gap, now) for gap in objects(found, "items")]
    if not rows:
        yield "Tidak ada nomor yang dilewati | No numbers were passed over"
        return
    yield "BERITA ACARA NOMOR YANG DILEWATI | OFFICIAL NOTE ON NUMBERS PASSED OVER"
    yield ""
    yield "Mal dipulihkan dari cadangan. Sesudah saat cadangan itu nomor di bawah ini sudah, atau mungkin sudah,"
    yield "tertera pada surat yang tidak ada lagi di basis data. Mal tidak memberikannya lagi."
    yield "(The mall was restored from a backup. After its moment these numbers were, or may have been, written on"
    yield "papers that the database does not have any more. The mall does not give them again.)"
    yield ""
    yield from aligned([_COLUMNS, _ENGLISH, *rows])
    yield ""
    yield f"Dicetak | printed: {now:{_TIME}}"
    yield "Disahkan | confirmed by: ______________________   NIP: ______________________"


def _row(gap: JsonObject, now: datetime) -> tuple[str, ...]:
    first, last = whole(gap, "first"), whole(gap, "last")
    until, restored = (moment(gap, name).astimezone(now.tzinfo) for name in ("until", "restored_at"))
    return (
        text(gap, "office"),
        text(gap, "series"),
        str(whole(gap, "year")),
        str(first),
        str(last),
        str(last - first + 1),
        f"{until:{_TIME}}",
        f"{restored:{_TIME}}",
    )
