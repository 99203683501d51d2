"""Books of legal numbers: the series, what stands in a book, a paper book that goes on here, void numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.operator.commanding import NotDone, command, tell
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
_BASE = "/operations/numbers"
_DIGITS = re.compile(r"[0-9]{1,18}")
_BLANKS = re.compile(r"[\s.]")
_LABELS = {"last": "numbers.last", "seq": "numbers.seq", "reason": "numbers.reason"}
Book = dict[str, str]


def numbers() -> Page:
    """The series, each with its books."""
    found = asked().mall.get(f"{_BASE}/series").body["items"]
    return render_template("numbers.html", found=found, year=_this_year(), mistakes=[])


def books() -> Page:
    """The books of a series that is counted by kecamatan or day; another one has a single book in a year."""
    book = _book(request.args)
    if not (book["office"] and book["series"]):
        return redirect(url_for("operator.numbers"), 303)
    found: dict[str, Any] = {"items": [], "next": None}
    mistakes: list[Mistake] = []
    try:
        found = asked().mall.get(f"{_BASE}/books", {**book, "after": request.args.get("after")}).body
    except Refusal as refusal:
        if refusal.status in (401, 403):
            raise
        mistakes = _mistakes(refusal)
    page = render_template("books.html", found=found, book=book, mistakes=mistakes)
    return (page, 422) if mistakes else page


def book() -> Page:
    """What stands in a book; one that was not begun may go on after a paper one."""
    book = _book(request.args)
    if not (book["office"] and book["series"]):
        return redirect(url_for("operator.numbers"), 303)
    return _page(book)


def _page(book: Book, mistakes: list[Mistake] | None = None, values: Mapping[str, str] | None = None) -> Page:
    found, wrong = None, list(mistakes or [])
    try:
        found = asked().mall.get(_BASE, {**book, "after": request.args.get("after")}).body
    except Refusal as refusal:
        if refusal.status in (401, 403):
            raise
        if refusal.status != 404:  # noqa: PLR2004 - not begun
            wrong += _mistakes(refusal)
    page = render_template("book.html", found=found, book=book, mistakes=wrong, values=values or {})
    return (page, 422) if wrong and mistakes is None else page


def start() -> Page:
    """Let a book go on after a paper one."""
    book = _book(request.form)
    try:
        command(f"{_BASE}/start", {**_of(book), "last": _whole("last")}, _labels("last"))
    except NotDone as failed:
        return _failed(book, failed)
    tell("book_started", last=request.form.get("last", ""))
    return redirect(_address(book), 303)


def void() -> Page:
    """Ask that a number be void; an official of its office decides."""
    book = _book(request.form)
    body = {**_of(book), "seq": _whole("seq"), "reason": request.form.get("reason", "").strip()}
    try:
        command(f"{_BASE}/void", body, _labels("seq", "reason"))
    except NotDone as failed:
        return _failed(book, failed)
    tell("void_asked", number=request.form.get("seq", ""))
    return redirect(_address(book), 303)


def _failed(book: Book, failed: NotDone) -> Page:
    page = _page(book, failed.mistakes, request.form.to_dict())
    return (page, failed.status) if isinstance(page, str) else page


def voiding() -> Page:
    """What waits for an official."""
    return _voiding()


def _voiding(mistakes: list[Mistake] | None = None) -> str:
    found = asked().mall.get(f"{_BASE}/voiding").body
    return render_template("voiding.html", found=found, mistakes=mistakes or [])


def decide() -> Page:
    """An official confirms or refuses; the operator takes it back."""
    wish = "confirm" if request.form.get("putusan") == "setuju" else "refuse"
    try:
        command(f"{_BASE}/void/{wish}", {**_of(_book(request.form)), "seq": _whole("seq")})
    except NotDone as failed:
        return _voiding(failed.mistakes), failed.status
    tell(f"void_{wish}")
    return redirect(url_for("operator.voiding"), 303)


def _book(source: Mapping[str, str]) -> Book:
    year = _BLANKS.sub("", source.get("year", ""))[:4]
    return {
        "office": source.get("office", "").strip()[:64],
        "series": source.get("series", "").strip()[:64],
        "year": year if _DIGITS.fullmatch(year) else _this_year(),
    }


def _address(book: Book) -> str:
    return url_for("operator.book", office=book["office"], series=book["series"], year=book["year"])


def _of(book: Book) -> dict[str, Any]:
    return {**book, "year": int(book["year"])}


def _whole(name: str) -> int | str:
    """The number that was typed; what is none goes to the mall as it is, which says what is wrong with it."""
    typed = _BLANKS.sub("", request.form.get(name, ""))[:30]
    return int(typed) if _DIGITS.fullmatch(typed) else typed


def _labels(*names: str) -> dict[str, str]:
    return {name: text(_LABELS[name], asked().language) for name in names}


def _mistakes(refusal: Refusal) -> list[Mistake]:
    return [Mistake("", each.message, each.field) for each in refusal.wrong] or [Mistake("", refusal.detail)]


def _this_year() -> str:
    return str(datetime.now().astimezone().year)
