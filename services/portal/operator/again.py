"""Sending again: messages that a provider kept from arriving, and news between services that somebody has lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal import catalogue
from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.operator.commanding import NotDone, command, in_rounds, tell
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
HOURS = (1, 6, 24, 72)
_MESSAGES = "/operations/messages"
_CALL_LIST = "call_list"
_NAME = re.compile(r"[a-z_]{1,32}")
_AWAY = 503
_GATEWAY = "gateway"  # it has no news of its own


def again() -> Page:
    """What waits on the call lists, and whose news can be sent again."""
    return _page()


def _page(mistakes: list[Mistake] | None = None, values: Mapping[str, str] | None = None) -> str:
    parts = asked().mall.get("/operations/state").body["parts"]
    collections = sorted({each.collection for each in catalogue.services(asked())})
    return render_template(
        "sending.html", services=sorted({str(each["service"]) for each in parts} - {_GATEWAY}), hours=HOURS,
        lists=[(collection, *_waiting(collection)) for collection in collections],
        now=datetime.now(UTC).replace(microsecond=0).isoformat(), mistakes=mistakes or [], values=values or {},
    )  # fmt: skip


def _waiting(collection: str) -> tuple[int | None, bool]:
    """How many messages are on its call list, and whether there are more; None where its service does not answer."""
    try:
        found = asked().mall.get(f"{_MESSAGES}/{collection}", {"state": _CALL_LIST}).body
    except Refusal as refusal:
        if refusal.status != _AWAY:
            raise
        return None, False
    return len(found["items"]), found["next"] is not None


def messages() -> Page:
    """Another try for those of a collection whose provider was the reason."""
    collection = request.form.get("koleksi", "")
    if not _NAME.fullmatch(collection):
        return redirect(url_for("operator.again"), 303)

    def ask(after: str) -> tuple[int, str]:
        path, body = f"{_MESSAGES}/{collection}/retries", {"after": after} if after else {}
        done = command(path, body, of=after).body
        return int(done["retried"]), str(done["next"] or "")

    try:
        tell("messages_retried", count=in_rounds(ask))
    except NotDone as failed:
        return _page(failed.mistakes), failed.status
    return redirect(url_for("operator.again"), 303)


def events() -> Page:
    """News of a service, sent once more; who has it already passes over it."""
    service, since = request.form.get("layanan", ""), _since()
    if not _NAME.fullmatch(service) or since is None:
        wrong = "layanan" if not _NAME.fullmatch(service) else "jam"
        mistake = Mistake(wrong, text(f"sending.which_{wrong}", asked().language))
        return _page([mistake], dict(request.form.items())), 422

    def ask(after: str) -> tuple[int, str]:
        body = {"since": since} | ({"after": int(after)} if after else {})
        done = command(f"/operations/events/{service}/resends", body, of=after).body
        return int(done["resent"]), "" if done["next"] is None else str(done["next"])

    try:
        tell("events_resent", count=in_rounds(ask))
    except NotDone as failed:
        return _page(failed.mistakes, dict(request.form.items())), failed.status
    return redirect(url_for("operator.again"), 303)


def _since() -> str | None:
    """Counted from when the page was shown, so that a second click asks for the same."""
    hours, shown = request.form.get("jam", ""), request.form.get("kini", "")
    if hours not in {str(each) for each in HOURS}:
        return None
    try:
        now = datetime.fromisoformat(shown)
        return (now - timedelta(hours=int(hours))).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None
