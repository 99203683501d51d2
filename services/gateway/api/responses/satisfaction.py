"""What goes out of the satisfaction survey, for the OpenAPI document."""

from __future__ import annotations

from marshmallow import fields

from mpp.web.schemas.words import about
from services.gateway.api.responses.common import CodeAndName, Out, day, label, many, name_of, part, text, truth, whole

_VERSION = "0a1b2c3d4e5f6a7b"


class OneTimeAddress(Out):
    """Where the citizen of an ended case may answer nine questions about it, once and without a name."""

    id = text()
    code = text(description="The one-time code; nobody can find it by trying", example="P7K2M9QX4TB01233")
    address = text(
        description="The page, with the channel `counter`: for a second screen, as it is or as a QR code",
        example="https://mpp.example.go.id/s/P7K2M9QX4TB01233?via=counter",
    )
    ends_on = day("The last day on which it holds")


class Question(Out):
    """One element of the survey."""

    code = text(description="The element; the same in every version", example="time")
    text = label("The question", "Bagaimana kecepatan waktu?", "How quick was it?")
    scale = many(
        fields.Dict(keys=fields.String(), values=fields.String()),
        "The labels of 1 to 4, from the worst to the best", [{"id": "Tidak cepat", "en": "Not quick"}],
    )  # fmt: skip
    preset = fields.Integer(
        required=True, allow_none=True,
        metadata=about("Its value by definition, so that it is not asked: 4 for the fee of a free service", 4),
    )  # fmt: skip


class AskedQuestions(Out):
    """What is asked by a one-time code."""

    service = part(CodeAndName)
    office = text()
    office_name = name_of("office")
    ends_on = day("The last day on which it can be answered")
    questionnaire = text(description="The version of questions and scales: send it with the answers", example=_VERSION)
    questions = many(fields.Nested(Question), "In the order of asking")


class AnswersKept(Out):
    """Thank you."""

    kept = truth("That the answers are kept, and the code holds no more")


class AnswerCount(Out):
    """How often a value was given."""

    service = text(description="The code of the service type", example="PRZ-SIP-DR")
    office = text(description="The code of the office where the case ended", example="35.15.14.2013")
    questionnaire = text(description="The version of questions and scales", example=_VERSION)
    channel = text(description="message, receipt, counter or other", example="counter")
    element = text(description="The element", example="time")
    value = whole("1 to 4", 3)
    preset = truth("By definition, since the service is free, and not by the citizen")
    count = whole("How often", 17)


class AnswerCounts(Out):
    """The answers of a month."""

    items = many(fields.Nested(AnswerCount))
    unavailable = many(fields.String())
