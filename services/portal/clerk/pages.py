"""The addresses of staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from services.portal.asking import for_staff
from services.portal.clerk import (
    applicants,
    asking_citizens,
    calling,
    cases,
    counters,
    files,
    handing_over,
    online,
    registering,
    scanning,
    signing_in,
    working,
)

View = Callable[..., Any]
blueprint = Blueprint("clerk", __name__)

_OPEN: dict[str, tuple[str, View, list[str]]] = {
    "/masuk": ("sign_in", signing_in.sign_in, ["GET", "POST"]),
    "/keluar": ("sign_out", signing_in.sign_out, ["POST"]),
}
_FOR_STAFF: dict[str, tuple[str, View, list[str]]] = {
    "/sandi": ("password", signing_in.password, ["GET", "POST"]),
    "/loket": ("counter", counters.counter, ["GET", "POST"]),
    "/kerja": ("work", working.work, ["GET"]),
    "/kerja/daring": ("online", online.waiting, ["GET"]),
    "/kerja/daring/<collection>/<filing>": ("online_one", online.show, ["GET"]),
    "/kerja/daring/<collection>/<filing>/tindakan": ("online_act", online.act, ["POST"]),
    "/cari": ("find", working.find, ["GET", "POST"]),
    "/daftar": ("choose", registering.choose, ["GET"]),
    "/daftar/<code>": ("register", registering.register, ["GET", "POST"]),
    "/daftar/<code>/penduduk": ("resident", applicants.resident, ["POST"]),
    "/daftar/<code>/draf": ("keep_draft", registering.keep_draft, ["POST"]),
    "/draf/<draft>/hapus": ("drop_draft", registering.drop_draft, ["POST"]),
    "/tanda-terima": ("receipt", registering.receipt, ["GET"]),
    "/kasus/<collection>/<case>": ("case", cases.show, ["GET"]),
    "/kasus/<collection>/<case>/berkas": ("papers", scanning.show, ["GET"]),
    "/kasus/<collection>/<case>/berkas/<requirement>": ("take_paper", scanning.take, ["POST"]),
    "/kasus/<collection>/<case>/dokumen/<document>/keluarkan": ("take_out", scanning.take_out, ["POST"]),
    "/panggilan": ("calls", calling.call_list, ["GET"]),
    "/panggilan/<line>": ("tick_call", calling.tick, ["POST"]),
    "/kasus/<collection>/<case>/serah-terima": ("slip", handing_over.slip, ["GET"]),
    "/kasus/<collection>/<case>/penilaian": ("questions", asking_citizens.questions, ["POST"]),
    "/kasus/<collection>/<case>/tindakan": ("act", cases.act, ["POST"]),
    "/kasus/<collection>/<case>/tanda-terima.pdf": ("receipt_file", files.receipt, ["GET"]),
    "/kasus/<collection>/<case>/dokumen/<document>": ("document", files.document, ["GET"]),
    "/kasus/<collection>/<case>/dokumen/<document>/lihat": ("look", files.look, ["GET"]),
    "/kasus/<collection>/<case>/uang/<payment>": ("settle_payment", cases.settle_payment, ["POST"]),
    "/surat/<paper>.pdf": ("paper", files.paper, ["GET"]),
    "/surat/<paper>/cetakan.pdf": ("sheet", files.sheet, ["GET"]),
    "/surat/<paper>/tanda-tangan": ("sign", cases.sign, ["POST"]),
}

for rule, (name, view, methods) in _OPEN.items():
    blueprint.add_url_rule(rule, name, view, methods=methods)
for rule, (name, view, methods) in _FOR_STAFF.items():
    blueprint.add_url_rule(rule, name, for_staff(view), methods=methods)
