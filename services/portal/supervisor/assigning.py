"""Tasks given to somebody of their office, one or many at once."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from flask import request

from services.portal.api.calls import Away
from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.supervisor import overview
from services.portal.supervisor.overview import FILTERS, Page
from services.portal.texts import text

_MOST = 25
_TICKED = re.compile(r"([a-z_]{1,40}):([A-Z0-9]{8,16}):([0-9]{1,9}):([0-9a-f-]{36}):([A-Za-z0-9.-]{1,64}:[a-z]{1,20})")
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Ticked:
    """A task as it stood on the page: of which case in which version, at which office for which role."""

    collection: str
    code: str
    version: str
    task: str
    desk: str


@dataclass(frozen=True)
class Told:
    """What came of one: `text` says why not, "" where it is done."""

    code: str
    text: str


def assign() -> Page:
    """Give what was ticked to the one who was chosen; whatever does not go is told one by one."""
    wanted = {name: request.form.get(f"saring.{name}", "") for name in FILTERS}
    sent = (_TICKED.fullmatch(each) for each in request.form.getlist("tugas")[:_MOST])
    ticked = [Ticked(*found.groups()) for found in sent if found is not None]
    account = request.form.get("kepada", "")[:64]
    mistakes = []
    if not ticked:
        mistakes.append(Mistake("tugas", text("supervise.nothing_ticked", asked().language)))
    if not account:
        mistakes.append(Mistake("kepada", text("supervise.nobody_chosen", asked().language)))
    if mistakes:
        return overview.page(wanted, mistakes)
    key = request.form.get("kunci", "")
    key = key if _KEY.fullmatch(key) else str(uuid.uuid4())
    desks = {each.desk for each in overview.people_of(wanted["office"]) if each.account == account}
    return overview.page(wanted, told=[Told(each.code, _given(each, account, desks, key)) for each in ticked])


def _given(task: Ticked, account: str, desks: set[str], key: str) -> str:
    """Why the task was not given, "" where it was."""
    if task.desk not in desks:
        return text("supervise.other_office", asked().language)
    own = str(uuid.uuid5(uuid.UUID(key), task.task))
    body = {"action": "assign", "data": {"to": account, "task": task.task}}
    try:
        asked().mall.post(f"/{task.collection}/{task.code}/actions", body, key=own, version=task.version)
    except Away:
        return text("trouble.away_read", asked().language)
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        return " ".join(each.message for each in refusal.wrong) or refusal.detail or refusal.title
    return ""
