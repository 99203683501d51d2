"""Examples of whole bodies, made from the examples of their fields."""

from __future__ import annotations

from mpp.json_values import Json, JsonObject, array, mapping, optional_mapping, optional_text, text

_BY_FORMAT: dict[str, str] = {
    "date-time": "2026-11-26T15:00:00+07:00",
    "date": "2026-11-26",
    "uuid": "01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e11",
}


class Samples:
    """Of the schemas of one document: every field that may be there is there."""

    def __init__(self, schemas: JsonObject) -> None:
        self._schemas = schemas

    def of(self, schema: JsonObject, within: tuple[str, ...] = ()) -> Json:
        """A value that the schema allows. `within` are the schemas around it: none stands in itself."""
        reference, own = optional_text(schema, "$ref"), schema.get("examples")
        if isinstance(own, list):
            return _first(own)
        if reference is not None:
            name = reference.rpartition("/")[2]
            return self.of(mapping(self._schemas, name), (*within, name))
        for several in ("enum", "oneOf", "anyOf"):
            if several in schema:
                first = _first(array(schema, several))
                return self.of(first, within) if isinstance(first, dict) else first
        return self._of_type(schema, within)

    def _of_type(self, schema: JsonObject, within: tuple[str, ...]) -> Json:
        kinds = schema.get("type")
        kind = _first(kinds) if isinstance(kinds, list) else kinds
        if kind == "array":
            items = mapping(schema, "items")
            return [] if (optional_text(items, "$ref") or "").rpartition("/")[2] in within else [self.of(items, within)]
        if kind == "object":
            properties = optional_mapping(schema, "properties") or {}
            return {name: self.of(mapping(properties, name), within) for name in properties}
        if kind == "string":
            return _BY_FORMAT[text(schema, "format")] if "format" in schema else "..."
        return False if kind == "boolean" else 1


def _first(values: Json) -> Json:
    return next((value for value in values if value is not None), None) if isinstance(values, list | tuple) else values
