"""The addresses of operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from services.portal.asking import for_staff
from services.portal.operator import accounts, letters, state
from services.portal.operator.commanding import new_key, told
from services.portal.operator.wording import part_name, service_name, sort_of

View = Callable[..., Any]
blueprint = Blueprint("operator", __name__, url_prefix="/kelola")
MENU = ("state", "letters", "accounts")
_WORDS = {
    "operator_told": told, "new_key": new_key, "service_name": service_name, "sort_of": sort_of, "part_name": part_name,
    "operator_menu": MENU,
}  # fmt: skip
blueprint.context_processor(lambda: _WORDS)

_PAGES: dict[str, tuple[str, View, list[str]]] = {
    "": ("state", state.state, ["GET"]),
    "/akun": ("accounts", accounts.accounts, ["GET", "POST"]),
    "/akun/baru": ("account_new", accounts.create, ["GET", "POST"]),
    "/akun/buka": ("account_open", accounts.opened, ["POST"]),
    "/akun/satu": ("account", accounts.account, ["GET"]),
    "/akun/ubah": ("account_change", accounts.change, ["POST"]),
    "/persetujuan": ("grants", accounts.grants, ["GET"]),
    "/persetujuan/putuskan": ("decide", accounts.decide, ["POST"]),
    "/gagal": ("letters", letters.letters, ["GET"]),
    "/gagal/ulangi": ("replay", letters.replay, ["POST"]),
}

for rule, (name, view, methods) in _PAGES.items():
    blueprint.add_url_rule(rule, name, for_staff(view), methods=methods)
