"""Names beside codes, where the gateway itself answers: of offices, and of roles in both languages."""

from __future__ import annotations

from mpp.casework.access.offices import OfficeTree
from mpp.json_values import Json, JsonObject, objects, text
from mpp.web.texts.words import role_name


class Names:
    """By the offices of the region; None: no office has a name."""

    def __init__(self, offices: OfficeTree | None) -> None:
        self._offices = offices

    def assignment(self, held: JsonObject) -> JsonObject:
        """`{office, role, ...}` with `office_name` and `role_name`."""
        known = None if self._offices is None else self._offices.name_of(text(held, "office"))
        return {**held, "office_name": known, "role_name": role_name(text(held, "role"))}

    def account(self, body: JsonObject) -> JsonObject:
        """An account, or what waits for one, with the names of its assignments."""
        found: dict[str, Json] = {
            **body,
            "assignments": [self.assignment(each) for each in objects(body, "assignments")],
        }
        if "pending" in body:
            found["pending"] = [self.account(each) for each in objects(body, "pending")]
        return found
