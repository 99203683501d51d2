"""What a refusal calls things: beside each code the label that people know it by, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from mpp.casework.refusals import Param
from mpp.casework.rules.service_type import Action, ServiceType, Text

WITHDRAWN_LABEL: Text = {"id": "Ditarik oleh pemohon", "en": "Withdrawn by the applicant"}


def named(name: str, code: str, label: Text) -> dict[str, Param]:
    """A code and its label as params of a refusal."""
    return {name: code, f"{name}_id": label["id"], f"{name}_en": label["en"]}


def the_action(action: Action) -> dict[str, Param]:
    """An action of the catalogue."""
    return named("action", action.code, action.label)


def the_state(service_type: ServiceType, code: str) -> dict[str, Param]:
    """A state of the catalogue, or the one that a withdrawn case is in."""
    state = service_type.states.get(code)
    return named("state", code, WITHDRAWN_LABEL if state is None else state.label)


def listed(name: str, labels: Iterable[Text]) -> dict[str, Param]:
    """Labels to choose from."""
    every = list(labels)
    return {f"{name}_{language}": ", ".join(label[language] for label in every) for language in ("id", "en")}
