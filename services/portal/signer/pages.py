"""The addresses of who signs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from services.portal.asking import for_staff
from services.portal.signer import by_hand, desk, giving_up, results

View = Callable[..., Any]
blueprint = Blueprint("signer", __name__)

_FOR_STAFF: dict[str, tuple[str, View, list[str]]] = {
    "/tanda-tangan": ("desk", desk.show, ["GET"]),
    "/tanda-tangan/semua": ("sign", desk.sign, ["POST"]),
    "/tanda-tangan/hasil": ("results", results.show, ["GET"]),
    "/surat/<paper>/tangan": ("by_hand", by_hand.show, ["GET"]),
    "/surat/<paper>/pindaian": ("scan", by_hand.scan, ["POST"]),
    "/surat/<paper>/pindaian.pdf": ("scanned", by_hand.scanned, ["GET"]),
    "/surat/<paper>/konfirmasi": ("confirm", by_hand.confirm, ["POST"]),
    "/surat/<paper>/batalkan": ("give_up", giving_up.give_up, ["GET", "POST"]),
}

for rule, (name, view, methods) in _FOR_STAFF.items():
    blueprint.add_url_rule(rule, name, for_staff(view), methods=methods)
blueprint.add_app_template_filter(results.why, "why")
