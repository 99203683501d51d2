"""A field of a JSON object is read as the value that it must be, or refused by its name."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from mpp import json_values as read
from mpp.json_values import JsonObject

GIVEN: JsonObject = {
    "name": "Warga Contoh 01",
    "count": 3,
    "share": 0.5,
    "true": True,
    "none": None,
    "at": "2026-11-16T03:00:00+00:00",
    "day": "2026-11-16",
    "words": ["a", "b"],
    "mixed": ["a", 1],
    "inner": {"a": 1},
    "inners": [{"a": 1}, {}],
}
NOON = datetime(2026, 11, 16, 3, tzinfo=UTC)


def test_each_field_is_read_as_what_it_is() -> None:
    assert read.text(GIVEN, "name") == "Warga Contoh 01"
    assert (read.optional_text(GIVEN, "name"), read.optional_text(GIVEN, "none")) == ("Warga Contoh 01", None)
    assert read.optional_text(GIVEN, "missing") is None
    assert read.texts(GIVEN, "words") == ("a", "b")
    assert read.truth(GIVEN, "true") is True
    assert (read.whole(GIVEN, "count"), read.whole(GIVEN, "missing", missing=0)) == (3, 0)
    assert (read.moment(GIVEN, "at"), read.optional_moment(GIVEN, "at")) == (NOON, NOON)
    assert (read.optional_moment(GIVEN, "none"), read.optional_moment(GIVEN, "missing")) == (None, None)
    assert read.day(GIVEN, "day") == date(2026, 11, 16)
    assert read.array(GIVEN, "mixed") == ["a", 1]
    assert read.mapping(GIVEN, "inner") == {"a": 1}
    assert read.objects(GIVEN, "inners") == ({"a": 1}, {})
    assert (read.iso(NOON), read.iso(None)) == ("2026-11-16T03:00:00+00:00", None)


@pytest.mark.parametrize(
    ("reader", "fields"),
    [
        (read.text, "count true none inner words missing"),
        (read.optional_text, "count true inner words"),
        (read.texts, "name mixed inner none missing"),
        (read.truth, "name count none missing"),
        (read.whole, "name share true none missing"),
        (read.moment, "name day count none missing"),
        (read.optional_moment, "name day count"),
        (read.day, "name at count none missing"),
        (read.array, "name inner none missing"),
        (read.mapping, "name words none missing"),
        (read.objects, "name words inner none missing"),
    ],
)
def test_what_is_something_else_is_refused_by_name_and_without_its_value(
    reader: Callable[[JsonObject, str], object], fields: str
) -> None:
    for field in fields.split():
        with pytest.raises(ValueError, match=f"^{field}: ") as error:
            reader(GIVEN, field)
        assert "Warga" not in str(error.value)
