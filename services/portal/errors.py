"""What is wrong with a form: each mistake beside its field, and all of them at the top of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.api.client import Wrong


@dataclass(frozen=True)
class Mistake:
    """One mistake; `field` names its control, "" where the page has none for it; `label` is what stands at that.
    `choices`: what could have been meant, to choose from."""

    field: str
    text: str
    label: str = ""
    choices: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where its link leads."""
        return field_id(self.field)


def field_id(name: str) -> str:
    """The id of a control."""
    return name.replace(".", "-")


def mistakes_of(wrong: Iterable[Wrong], controls: Mapping[str, str]) -> list[Mistake]:
    """The mall's words by the controls of the page and their labels: what has no control leads to what holds it."""
    found = []
    for each in wrong:
        name = each.field
        while name and name not in controls:
            name = name.rpartition(".")[0]
        found.append(Mistake(name, each.message, controls[name] if name else each.field))
    return found


def choices_of(mistakes: Iterable[Mistake], name: str) -> tuple[str, ...]:
    """What could have been meant in one field; nothing where that is not the question."""
    return next((each.choices for each in mistakes if each.field == name), ())


def of_field(mistakes: Iterable[Mistake], name: str) -> str:
    """What is wrong with one field, "" for nothing."""
    return " ".join(each.text for each in mistakes if each.field == name)
