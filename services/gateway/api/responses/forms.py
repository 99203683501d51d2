"""Fields to fill in, as a screen needs them: of the form of a service, and of what an action asks for."""

from __future__ import annotations

from marshmallow import fields

from mpp.casework.rules.service_type import FIELD_TYPES
from mpp.web.schemas.words import about
from services.gateway.api.responses.common import Out, label, many, maybe, text, truth


class FormChoice(Out):
    """One value that a field may have."""

    value = text(description="What is sent", example="new")
    label = label("What a person reads", "Baru", "New")


class FormField(Out):
    """A field to fill in. The service checks it; docs/catalogue.md says what each type takes."""

    class Meta(Out.Meta):
        include = {
            "fields": fields.List(
                fields.Nested(lambda: FormField()), metadata=about("The fields of an object, or of each of a list")
            )
        }

    name = text(description="Its name in `data`", example="practice_region")
    type = text(description=f"What it takes (docs/catalogue.md): {', '.join(FIELD_TYPES)}", example="region")
    label = label("What a person reads", "Desa tempat praktik", "Village of the practice")
    required = truth("Whether it must be there")
    min = fields.Integer(metadata=about("The least number", 1))
    max = fields.Integer(metadata=about("The most characters of a text, or the greatest number", 120))
    not_future = fields.Boolean(metadata=about("A date of today or before"))
    not_past = fields.Boolean(metadata=about("A date of today or after"))
    in_district = fields.Boolean(metadata=about("A village or a district, not the whole regency or city"))
    office_kinds = fields.List(
        fields.String(), metadata=about("The kinds of office that may be chosen; left out: any", "opd")
    )
    choices = fields.List(fields.Nested(FormChoice), metadata=about("The values of a choice"))


class Allowed(Out):
    """An action that the reader may take now."""

    action = text()
    label = label("What a person reads on the button", "Berkas lengkap dan benar", "Verified")
    needs = many(
        fields.String(), "What must be sent with it: note, data, reason, answers (to the warnings of a case)", "note"
    )
    data = many(fields.Nested(FormField), "The fields of its `data`")


class AllowedOnCase(Allowed):
    """The same on a case."""

    expected = truth("Whether the case waits for it: at most two are; the rest is done less often")
    paper = maybe(
        "What it makes for people to hold, of the kinds of papers; null where it makes none", example="permit"
    )
