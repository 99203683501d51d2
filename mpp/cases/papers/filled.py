"""The form of a case as people read it on a paper: choices by their labels, places by name, days in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from mpp.casework.access.offices import OfficeTree
from mpp.casework.rules.service_type import FormField
from mpp.casework.time.days_in_words import in_words
from mpp.json_values import Json, JsonObject
from mpp.papers.snapshot import Filled, Text
from mpp.regions import places

_YES_NO = {True: {"id": "Ya", "en": "Yes"}, False: {"id": "Tidak", "en": "No"}}


def filled(form: Sequence[FormField], data: JsonObject, offices: OfficeTree) -> tuple[Filled, ...]:
    """The fields that were filled in, in the order of the form."""
    return tuple(_field(field, data[field.name], offices) for field in form if data.get(field.name) is not None)


def _field(field: FormField, given: Json, offices: OfficeTree) -> Filled:
    if field.type == "group" and isinstance(given, Mapping):
        return Filled(field.name, field.label, {"id": "", "en": ""}, filled(field.fields, given, offices))
    return Filled(field.name, field.label, _value(field, given, offices))


def _value(field: FormField, given: Json, offices: OfficeTree) -> Text:
    said = str(given)
    if field.type == "choice":
        return dict(field.choices).get(said, _both(said))
    if isinstance(given, bool):
        return _YES_NO[given]
    if field.type == "date":
        return in_words(date.fromisoformat(said))
    if field.type == "money":
        return _both(f"Rp {given:,}".replace(",", "."))
    if field.type == "region":
        return _both(places.path_name(said) or said)
    if field.type == "office":
        return _both(offices.name_of(said) or said)
    return _both(said)


def _both(said: str) -> Text:
    return {"id": said, "en": said}
