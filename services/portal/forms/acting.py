"""A step on a case, from the controls of a page to the body that the interface takes, and back with its mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.portal.api.client import Refusal
from services.portal.errors import Mistake, mistakes_of
from services.portal.forms.reading import controls, data_of
from services.portal.texts import Language, text


def body_of(case: Mapping[str, Any], offered: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """What the interface takes for an action that it offers."""
    action = offered["action"]
    body: dict[str, Any] = {"action": action}
    if note := values.get(f"{action}.note", "").strip():
        body["note"] = note
    if offered["data"]:
        body["data"] = data_of(offered["data"], values, f"{action}.data")
    answers = [
        {"warning": each["id"], "reason": reason}
        for place, each in enumerate(case["warnings"])
        if (reason := values.get(f"{action}.answers.{place}", "").strip())
    ]
    if answers:
        body["answers"] = answers
    return body


def mistakes_in(
    offered: Mapping[str, Any], refusal: Refusal, unsettled: Iterable[Mistake], language: Language
) -> list[Mistake]:
    """The mall's words, by the controls of the action."""
    action = offered["action"]
    names = {f"{action}.{name}": text(f"case.{name}", language) for name in ("note", "answers")}
    names |= controls(offered["data"], f"{action}.data", language)
    wrong = [type(each)(f"{action}.{each.field}", each.code, each.message) for each in refusal.wrong]
    unsettled = list(unsettled)
    known = {each.field for each in unsettled}
    found = [each for each in mistakes_of(wrong, names) if each.field not in known]
    said = [] if refusal.wrong else [Mistake("", f"{refusal.title}. {refusal.detail}")]
    return [*said, *found, *unsettled]
