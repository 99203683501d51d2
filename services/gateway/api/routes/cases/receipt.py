"""The receipt (tanda terima) that the clerk prints: Indonesian, with English beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from markupsafe import Markup

from mpp.cases.interface.results import Bilingual, Receipt
from mpp.web.pages import page
from mpp.web.routing import HttpResponse

_NOTHING = Markup("")
_FOOT = Markup(
    "Lacak berkas Anda dengan kode di atas; jangan berikan kode rahasia kepada siapa pun.<br>"
    "<small>Follow your case with the code above; give the secret to nobody.</small>"
)


def receipt_page(receipt: Receipt, zone: tzinfo) -> HttpResponse:
    """The page to print, in local time; every value is escaped."""
    rows: list[tuple[str, str, Markup | str]] = [
        ("Kode pelacakan", "Tracking code", Markup("<strong class='code'>{}</strong>").format(receipt.tracking_code)),
        ("Layanan", "Service", _both(receipt.service_name)),
        ("Diterima di", "Received at", receipt.office_name or "-"),
        ("Diterima pada", "Received on", _moment(receipt.submitted_at, zone)),
        ("Dijanjikan selesai", "Promised by", _promise(receipt, zone)),
        ("Biaya", "Fee", _fee(receipt.fee)),
    ]
    body = Markup("<h1>Tanda Terima <small>Receipt</small></h1><dl>{}</dl>{}{}<p class='foot'>{}</p>").format(
        _NOTHING.join(Markup("<dt>{} <small>{}</small></dt><dd>{}</dd>").format(*row) for row in rows),
        _listed(receipt.received, "Sudah diterima", "Received"),
        _missing(receipt.missing),
        _FOOT,
    )
    return page("Tanda Terima", body, cache="private, no-store")


def _both(text: Bilingual) -> Markup:
    return Markup("{} <small>{}</small>").format(text.get("id", ""), text.get("en", ""))


def _moment(text: str | None, zone: tzinfo) -> str:
    if not text:
        return "-"
    at = datetime.fromisoformat(text).astimezone(zone)
    return f"{at:%d-%m-%Y %H:%M %Z}"


def _promise(receipt: Receipt, zone: tzinfo) -> Markup | str:
    due = receipt.due_at
    if not due:
        return Markup("Dihitung sejak berkas lengkap <small>Counted from when the file is complete</small>")
    if receipt.calendar_complete is False:
        return Markup("{} <small>(perkiraan: hari libur belum ditetapkan; estimate)</small>").format(_moment(due, zone))
    return _moment(due, zone)


def _fee(amount: int | None) -> Markup | str:
    if amount is None:
        return "-"
    if amount == 0:
        return Markup("Tidak dipungut biaya <small>Free of charge</small>")
    return f"Rp {amount:,}".replace(",", ".")


def _missing(names: Sequence[Bilingual]) -> Markup:
    if not names:
        return Markup("<p>Berkas lengkap. <small>The file is complete.</small></p>")
    return _listed(names, "Masih kurang", "Still missing")


def _listed(names: Sequence[Bilingual], title_id: str, title_en: str) -> Markup:
    if not names:
        return _NOTHING
    items = _NOTHING.join(Markup("<li>{}</li>").format(_both(n)) for n in names)
    return Markup("<h2>{} <small>{}</small></h2><ul>{}</ul>").format(title_id, title_en, items)
