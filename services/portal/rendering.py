"""What templates know: texts, words, the address of a file, this page in the other language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, session

from services.portal import words
from services.portal.asking import asked
from services.portal.assets import assets
from services.portal.clerk import seen
from services.portal.errors import choices_of, field_id, of_field
from services.portal.texts import text


def install(app: Flask) -> None:
    """Hand it to the templates."""
    app.jinja_env.globals.update(
        t=lambda key, **values: text(key, asked().language, **values),
        both=lambda label: words.both(label, asked().language),
        day=lambda value: words.day(value, asked().language),
        moment=lambda value: words.moment(value, asked().language),
        limit=lambda value: words.limit(value, asked().language),
        left=lambda remaining, due_at: words.left(remaining, due_at, asked().language),
        actor=lambda by: seen.actor(asked(), by),
        rupiah=words.rupiah,
        asset=lambda name: assets()[name].address,
    )
    app.jinja_env.filters.update(
        field_id=field_id, of_field=of_field, choices_of=choices_of, label_of=_label_of, words_of=_words_of
    )
    app.context_processor(_of_request)


def _label_of(form: list[dict[str, Any]], name: str) -> str:
    """The label of a field of a form."""
    return next((words.both(each["label"], asked().language) for each in form if each["name"] == name), name)


def _words_of(form: list[dict[str, Any]], when: dict[str, Any]) -> str:
    """The values of a condition as people read them."""
    field: dict[str, Any] = next((each for each in form if each["name"] == when["field"]), {"choices": []})
    labels = {each["value"]: words.both(each["label"], asked().language) for each in field.get("choices", [])}
    return ", ".join(labels.get(value, value) for value in when["is"])


def _of_request() -> dict[str, Any]:
    now = asked()
    other = "en" if now.language == "id" else "id"
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "bahasa"]
    return {
        "language": now.language,
        "other": other,
        "other_address": f"{request.path}?{urlencode([*kept, ('bahasa', other)])}",
        "account": now.account,
        "counter": now.mall.counter,
        "office_of_mine": (session.get("office") or ["", ""])[1],
        "roles": now.roles,
        "case_open": "case" in session,
    }
