"""The nine questions of the satisfaction survey (SKM): what is asked, on which scales, and which answers count.

The elements are those of PermenPANRB 14/2017; their texts and scales are data (`mpp.catalogue.questionnaire`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from mpp import json_text
from mpp.casework.refusals import FieldError, invalid
from mpp.casework.rules.service_type import ServiceType, Text
from mpp.json_values import Json, JsonObject

ELEMENTS = (
    "requirements", "procedure", "time", "fee", "product", "competence", "behaviour", "facilities", "complaints",
)  # fmt: skip
FEE = "fee"
WORST, BEST = 1, 4  # of every scale
MOST_DAYS = 90  # that an address may hold
MESSAGE, RECEIPT, COUNTER, OTHER = CHANNELS = ("message", "receipt", "counter", "other")
"""Where the citizen had the address from; `OTHER`: the address does not say."""


@dataclass(frozen=True)
class Question:
    """One element: `scale` are the labels of 1 to 4, from the worst to the best."""

    code: str
    text: Text
    scale: tuple[Text, ...]

    def to_json(self) -> JsonObject:
        return {"code": self.code, "text": dict(self.text), "scale": [dict(label) for label in self.scale]}


@dataclass(frozen=True)
class Questionnaire:
    """The questions in the order of asking, and for how many days after the end of a case they may be answered."""

    days: int
    questions: tuple[Question, ...]

    @cached_property
    def version(self) -> str:
        """Names these questions with these scales: any other word is another version."""
        told = json_text.write([question.to_json() for question in self.questions])
        return hashlib.sha256(told).hexdigest()[:16]


def free_of_charge(service_type: ServiceType, day: date) -> bool:
    """Whether the tariff says that a case filed on this day costs nothing: then the fee needs no answer, it is the
    best by definition. Where a levy is assessed, or the tariff says nothing, it is asked."""
    return service_type.levy is None and service_type.fee_on(day) == 0


def answers_of(given: Mapping[str, Json], *, free: bool) -> dict[str, int]:
    """The answers that count: any of the nine, at least one, and the fee by definition where nothing was to be paid.

    Raises Refused 422 that names each element which cannot stand.
    """
    errors = [FieldError(f"answers.{code}", "unknown_field") for code in given if code not in ELEMENTS]
    found: dict[str, int] = {}
    for code in ELEMENTS:
        value = given.get(code)
        if value is None:
            continue
        if free and code == FEE:
            errors.append(FieldError(f"answers.{code}", "fee_not_asked"))
        elif not isinstance(value, int) or isinstance(value, bool) or not WORST <= value <= BEST:
            errors.append(FieldError(f"answers.{code}", "out_of_range", {"min": WORST, "max": BEST}))
        else:
            found[code] = value
    if not found and not errors:
        errors.append(FieldError("answers", "required"))
    if errors:
        raise invalid(*errors)
    return {**found, FEE: BEST} if free else found
