"""The receipt (tanda terima) that the clerk prints: Indonesian, with English under it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup

from mpp.web.pages import page
from mpp.web.routing import Answer

_EMPTY = Markup("")


def receipt_page(data: Mapping[str, Any]) -> Answer:
    """The page for the receipt's data as the owning service gives it; every value is escaped."""
    name = data["service_name"]
    rows = [
        ("Kode pelacakan", "Tracking code", Markup("<strong class='code'>{}</strong>").format(data["tracking_code"])),
        ("Layanan", "Service", _both(name)),
        ("Diterima di", "Received at", data.get("office_name") or "-"),
        ("Diterima pada", "Received on", _moment(data.get("submitted_at"))),
        ("Dijanjikan selesai", "Promised by", _promise(data)),
    ]
    if data.get("secret_hint"):
        rows.append(("Kode rahasia", "Secret", _hint(data["secret_hint"])))
    body = Markup("<h1>Tanda Terima <small>Receipt</small></h1><dl>{}</dl>{}<p class='foot'>{}</p>").format(
        _EMPTY.join(Markup("<dt>{} <small>{}</small></dt><dd>{}</dd>").format(*row) for row in rows),
        _missing(data.get("missing") or ()),
        Markup(
            "Lacak berkas Anda dengan kode di atas; jangan berikan kode rahasia kepada siapa pun.<br>"
            "<small>Follow your case with the code above; give the secret to nobody.</small>"
        ),
    )
    return page("Tanda Terima", body, cache="private, no-store")


def _both(text: Mapping[str, str] | str) -> Markup | str:
    if isinstance(text, str):
        return text
    return Markup("{} <small>{}</small>").format(text.get("id", ""), text.get("en", ""))


def _hint(hint: Any) -> Markup | str:
    return _both(hint) if isinstance(hint, Mapping) else str(hint)


def _moment(text: str | None) -> str:
    """Local times come as the service wrote them, with their offset."""
    if not text:
        return "-"
    at = datetime.fromisoformat(text)
    zones = {7: "WIB", 8: "WITA", 9: "WIT", 0: "UTC"}
    offset = at.utcoffset()
    hours = int(offset.total_seconds() // 3600) if offset is not None else None
    zone = zones.get(hours, "") if hours is not None else ""
    return f"{at:%d-%m-%Y %H:%M} {zone}".strip()


def _promise(data: Mapping[str, Any]) -> Markup | str:
    due = data.get("due_at")
    if not due:
        return Markup("Dihitung setelah berkas lengkap <small>Counted from when the file is complete</small>")
    if data.get("calendar_complete") is False:
        return Markup(
            "{} <small>(perkiraan: hari libur belum ditetapkan / estimate: holidays not yet decreed)</small>"
        ).format(_moment(due))
    return _moment(due)


def _missing(names: Any) -> Markup:
    if not names:
        return Markup("<p>Berkas lengkap. <small>The file is complete.</small></p>")
    items = _EMPTY.join(Markup("<li>{}</li>").format(_both(n)) for n in names)
    return Markup("<h2>Masih kurang <small>Still missing</small></h2><ul>{}</ul>").format(items)
