"""The addresses of operators, and of who confirms what an operator asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from services.portal.asking import asked, for_staff
from services.portal.operator import accounts, again, calendar, letters, numbers, offices, state
from services.portal.operator.commanding import new_key, told
from services.portal.operator.wording import collection_name, part_name, service_name, sort_of

View = Callable[..., Any]
blueprint = Blueprint("operator", __name__, url_prefix="/kelola")
MENU: dict[str, tuple[str, ...]] = {  # by role; the mall checks what somebody may do
    "operator": ("state", "letters", "again", "accounts", "grants", "numbers", "voiding", "calendar", "offices"),
    "inspectorate": ("grants",),
    "signer": ("numbers", "voiding"),
    "supervisor": ("numbers", "voiding"),
}
_WORDS = {
    "operator_told": told, "new_key": new_key, "service_name": service_name, "sort_of": sort_of, "part_name": part_name,
    "collection_name": collection_name,
}  # fmt: skip


def menu() -> list[str]:
    """The pages that the roles of the account need."""
    return list(dict.fromkeys(page for role in asked().roles for page in MENU.get(role, ())))


blueprint.context_processor(lambda: {**_WORDS, "operator_menu": menu()})

_PAGES: dict[str, tuple[str, View, list[str]]] = {
    "": ("state", state.state, ["GET"]),
    "/gagal": ("letters", letters.letters, ["GET"]),
    "/gagal/ulangi": ("replay", letters.replay, ["POST"]),
    "/ulang": ("again", again.again, ["GET"]),
    "/ulang/pesan": ("again_messages", again.messages, ["POST"]),
    "/ulang/kabar": ("again_events", again.events, ["POST"]),
    "/akun": ("accounts", accounts.accounts, ["GET", "POST"]),
    "/akun/baru": ("account_new", accounts.create, ["GET", "POST"]),
    "/akun/buka": ("account_open", accounts.opened, ["POST"]),
    "/akun/satu": ("account", accounts.account, ["GET"]),
    "/akun/ubah": ("account_change", accounts.change, ["POST"]),
    "/persetujuan": ("grants", accounts.grants, ["GET"]),
    "/persetujuan/putuskan": ("decide", accounts.decide, ["POST"]),
    "/nomor": ("numbers", numbers.numbers, ["GET"]),
    "/nomor/seri": ("books", numbers.books, ["GET"]),
    "/nomor/buku": ("book", numbers.book, ["GET"]),
    "/nomor/mulai": ("start", numbers.start, ["POST"]),
    "/nomor/batalkan": ("void", numbers.void, ["POST"]),
    "/nomor/batal": ("voiding", numbers.voiding, ["GET"]),
    "/nomor/batal/putuskan": ("void_decide", numbers.decide, ["POST"]),
    "/libur": ("calendar", calendar.calendar, ["GET"]),
    "/libur/periksa": ("day_check", calendar.check, ["POST"]),
    "/libur/muat": ("day_load", calendar.load, ["POST"]),
    "/kantor": ("offices", offices.offices, ["GET"]),
    "/kantor/<code>": ("office", offices.office, ["GET"]),
}

for rule, (name, view, methods) in _PAGES.items():
    blueprint.add_url_rule(rule, name, for_staff(view), methods=methods)
