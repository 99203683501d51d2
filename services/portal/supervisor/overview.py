"""The own office and those below it: how much waits, what of it is late, and with whom. Filters are in the address."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response as Answered

from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.words import both

Page = str | Answered | tuple[str, int]
FILTERS = ("service", "office", "holder", "free", "overdue", "due_to")
_EMPTY: Mapping[str, Any] = {"items": [], "next": None, "unavailable": []}
_NOTHING: Mapping[str, Any] = {"total": 0, "overdue": 0, "complete": True, "services": [], "offices": []}
_MOST_PEOPLE = 100  # of one list to choose from; a filter by office narrows it


@dataclass(frozen=True)
class Person:
    """Somebody who works at an office."""

    account: str
    label: str
    desk: str  # office and role


def show() -> Page:
    """The overview."""
    return page({name: request.args.get(name, "") for name in (*FILTERS, "cursor")})


def page(wanted: Mapping[str, str], mistakes: list[Mistake] | None = None, told: list[Any] | None = None) -> Page:
    """The overview of what is wanted, with what came of assigning."""
    now, wrong = asked(), list(mistakes or [])
    found, counts = _EMPTY, _NOTHING
    query = query_of(wanted)
    try:
        found = now.mall.get("/worklist", {**query, "limit": "25", "cursor": wanted.get("cursor", "")}).body
        counts = now.mall.get("/worklist/counts", {"below": "true", "office": wanted.get("office", "")}).body
    except Refusal as refusal:
        if refusal.status not in (400, 422):
            raise
        wrong += [Mistake(each.field, each.message) for each in refusal.wrong] or [Mistake("", refusal.detail)]
    people = people_of(wanted.get("office", ""))
    names = {each.account: each.label.partition(",")[0] for each in people}
    kept = {name: value for name, value in wanted.items() if value and name != "cursor"}
    shown = render_template(
        "supervise.html", found=found, counts=counts, wanted=wanted, kept=kept, people=people, names=names,
        mistakes=wrong, told=told or [], key=str(uuid.uuid4()),
    )  # fmt: skip
    return (shown, 422) if wrong else shown


def query_of(wanted: Mapping[str, str]) -> dict[str, str]:
    """The filters as the interface takes them."""
    return {"below": "true", **{name: wanted[name] for name in FILTERS if wanted.get(name)}}


def people_of(office: str) -> list[Person]:
    """Who may be given a task there, by name."""
    items = asked().mall.get("/colleagues", {"office": office, "limit": str(_MOST_PEOPLE)}).body["items"]
    found = [
        Person(
            each["account"],
            f"{each['name'] or each['account']}, {both(each['role_name'], asked().language)}, "
            f"{each['office_name'] or each['office']}",
            f"{each['office']}:{each['role']}",
        )
        for each in items
        if each["role"] not in ("supervisor", "inspectorate")
    ]
    return sorted(found, key=lambda each: each.label)
