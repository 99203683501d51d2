"""What is sent about the satisfaction survey."""

from __future__ import annotations

from marshmallow import Schema

from mpp.casework.rules.questionnaire import BEST, CHANNELS, ELEMENTS, WORST
from mpp.web.schemas.fields import AnyField, Choice, Int, Object, Strict, Text
from mpp.web.schemas.words import about
from services.gateway.api.requests.public import PageQuery

CODE = {"code": r"[0-9A-Za-z -]{1,32}"}
VERSION = r"[0-9a-f]{16}"
MONTH = r"2[0-9]{3}-(0[1-9]|1[0-2])"

_VALUES: dict[str, AnyField] = {
    code: Int(min=WORST, max=BEST, metadata=about(f"{code}: 1 to 4, as the label at that place of its `scale` says", 3))
    for code in ELEMENTS
}
Answers: type[Schema] = Strict.from_dict(dict(_VALUES), name="Answers")
Answers.__doc__ = "Values by element, any of the nine; an element that is left out was not answered."


def _channel() -> Choice:
    return Choice(*CHANNELS, metadata=about("Where the citizen had the address from", "counter"))


def _version() -> Text:
    return Text(
        max=16, pattern=VERSION, example="0a1b2c3d4e5f6a7b", metadata=about("The `questionnaire` that was shown")
    )


class Satisfied(Strict):
    """What a citizen answers."""

    answers = Object(Answers, required=True, metadata=about("Values by element", {"time": 4, "behaviour": 3}))
    channel = _channel()
    questionnaire = _version()


class QuestionsQuery(PageQuery):
    """In which language, and where the address was handed out."""

    via = _channel()


_FIELDS: dict[str, AnyField] = {code: Text(min=0, max=1, pattern=f"[{WORST}-{BEST}]?") for code in ELEMENTS}
SatisfiedForm: type[Schema] = Strict.from_dict({**_FIELDS, "questionnaire": _version()}, name="SatisfiedForm")


class NoWords(Strict):
    """A command that needs no words."""


class MonthQuery(Strict):
    """Of which month."""

    month = Text(max=7, pattern=MONTH, example="2026-11", required=True, metadata=about("The month", "2026-11"))
