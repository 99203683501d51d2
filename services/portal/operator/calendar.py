"""The working calendar: days off of a year, the hours, and a day that becomes something else, told before it counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import yaml
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.operator.commanding import NotDone, command, tell
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
_BASE = "/operations/calendar"
KINDS = ("national_holiday", "joint_leave", "regional_holiday", "half_day", "working_day")
_FIELDS = ("date", "kind", "name", "source", "open")
_HALF_DAY = "half_day"
_HOURS = re.compile(r"\d\d[:.]\d\d-\d\d[:.]\d\d")
_LONGEST = 200


def calendar() -> Page:
    """A year as the running mall counts it."""
    return _page()


def _page(mistakes: list[Mistake] | None = None, values: Mapping[str, str] | None = None) -> str:
    now = datetime.now().astimezone().year
    wanted = request.args.get("tahun", "")
    year = int(wanted) if re.fullmatch(r"20\d\d", wanted) else now
    found = asked().mall.get(f"{_BASE}/year", {"year": str(year)}).body
    tables = asked().mall.get(_BASE).body
    return render_template(
        "calendar.html", found=found, tables=_once(tables["items"]), silent=tables["unavailable"], year=year,
        years=range(now - 1, now + 3), kinds=KINDS, mistakes=mistakes or [], values=values or {},
    )  # fmt: skip


def _once(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each table once, with the services that have it."""
    found: dict[str, dict[str, Any]] = {}
    for each in items:
        found.setdefault(each["digest"], {**each, "services": []})["services"].append(each["service"])
    return list(found.values())


def check() -> Page:
    """What the day would change; nothing is stored yet."""
    values, mistakes = _typed()
    if mistakes:
        return _page(mistakes, values), 422
    try:
        found = command(f"{_BASE}/check", _table(values), _labels()).body
    except NotDone as failed:
        return _page(failed.mistakes, values), failed.status
    return render_template("calendar_check.html", found=found, values=values, mistakes=[])


def load() -> Page:
    """Put it into effect."""
    values, mistakes = _typed()
    if mistakes:
        return _page(mistakes, values), 422
    try:
        done = command(_BASE, _table(values), _labels()).body
    except NotDone as failed:
        return _page(failed.mistakes, values), failed.status
    tell("day_loaded_in_part" if done["unavailable"] else "day_loaded")
    return redirect(url_for("operator.calendar", tahun=values["date"][:4]), 303)


def _typed() -> tuple[dict[str, str], list[Mistake]]:
    values = {name: request.form.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    language = asked().language
    wrong = [] if _date(values["date"]) else ["date"]
    wrong += [name for name in ("name", "source") if not values[name]]
    wrong += [] if values["kind"] in KINDS else ["kind"]
    if values["kind"] == _HALF_DAY and not _HOURS.findall(values["open"]):
        wrong.append("open")
    return values, [Mistake(name, text(f"calendar.wrong_{name}", language), _labels()[name]) for name in wrong]


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _table(values: Mapping[str, str]) -> dict[str, Any]:
    """The table of one day, as an operator would write it by hand."""
    day: dict[str, Any] = {"date": _date(values["date"]), "kind": values["kind"], "name": values["name"]}
    if values["kind"] == _HALF_DAY:
        day["open"] = [each.replace(".", ":") for each in _HOURS.findall(values["open"])]
    source = yaml.safe_dump({"source": values["source"], "days": [day]}, allow_unicode=True, sort_keys=False)
    return {"name": f"{values['date']}-{values['kind']}.yaml", "source": source}


def _labels() -> dict[str, str]:
    return {name: text(f"calendar.label_{name}", asked().language) for name in _FIELDS}
