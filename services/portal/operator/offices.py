"""The offices of the region, to look at: each below the one that it belongs to, and who works there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response as Answered

from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.errors import Mistake

Page = str | Answered | tuple[str, int]
_ROUNDS = 10  # of pages: more offices than any region has
_DEEPEST = 6
KINDS = ("opd", "kecamatan", "kelurahan", "desa", "instansi_vertikal", "bumn", "bumd", "mpp", "mini_mpp")


def offices() -> Page:
    """All of them, or those with some letters in the name, or of a kind. What narrows them stands in the address."""
    letters, kind = request.args.get("cari", "").strip()[:60], request.args.get("jenis", "")
    kind = kind if kind in KINDS else ""
    try:
        found = list(_all(letters, kind))
    except Refusal as refusal:
        if not refusal.wrong:
            raise
        mistakes = [Mistake("cari", each.message) for each in refusal.wrong]
        page = render_template("offices.html", rows=[], letters=letters, kind=kind, kinds=KINDS, mistakes=mistakes)
        return page, refusal.status
    rows = _tree(found)
    return render_template("offices.html", rows=rows, letters=letters, kind=kind, kinds=KINDS, mistakes=[])


def office(code: str) -> Page:
    """One office, and the accounts that work there."""
    listed = asked().mall.get("/offices", {"q": code[:60], "limit": "50"}).body["items"]
    found = next((each for each in listed if each["code"] == code), None)
    if found is None:
        return render_template("trouble.html", kind="not_found"), 404
    people = asked().mall.get("/operations/accounts", {"office": code, "limit": "200"}).body["items"]
    below = [each for each in _all("", "") if each["parent"] == code]
    return render_template("office.html", found=found, people=people, below=below, mistakes=[])


def _all(letters: str, kind: str) -> Iterable[dict[str, Any]]:
    cursor: str | None = None
    for _ in range(_ROUNDS):
        page = asked().mall.get("/offices", {"q": letters, "kind": kind, "cursor": cursor, "limit": "100"}).body
        yield from page["items"]
        cursor = page["next"]
        if cursor is None:
            return


def _tree(found: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Each with how deep it lies, behind its superior; one whose superior is not among them stands at the top."""
    known = {each["code"] for each in found}
    below: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        below.setdefault(each["parent"] if each["parent"] in known else "", []).append(each)
    rows: list[tuple[int, dict[str, Any]]] = []

    def add(code: str, depth: int) -> None:
        for each in below.get(code, ()):
            rows.append((min(depth, _DEEPEST), each))
            add(each["code"], depth + 1)

    add("", 0)
    return rows
