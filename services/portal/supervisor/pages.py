"""The addresses of who supervises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from services.portal.asking import for_staff
from services.portal.supervisor import assigning, exporting, overview

View = Callable[..., Any]
blueprint = Blueprint("supervisor", __name__)

_FOR_STAFF: dict[str, tuple[str, View, list[str]]] = {
    "/pengawasan": ("overview", overview.show, ["GET"]),
    "/pengawasan/tugaskan": ("assign", assigning.assign, ["POST"]),
    "/pengawasan/daftar.csv": ("export", exporting.export, ["GET"]),
}

for rule, (name, view, methods) in _FOR_STAFF.items():
    blueprint.add_url_rule(rule, name, for_staff(view), methods=methods)
