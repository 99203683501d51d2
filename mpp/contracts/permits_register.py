"""What the permit register answers beside its cases: the calls that licensing alone takes.

It stands among the contracts because it is one: `services.permits` answers it and the gateway calls it, and neither may
import the other. Nothing else in `mpp` names a single service.
"""

from __future__ import annotations

from dataclasses import dataclass

from mpp.json_values import JsonObject, optional_text, optional_whole
from mpp.messaging.calls.common import CommandOn, Item, PersonSearch, Shown, Versioned, given, params_of
from mpp.messaging.calls.methods import Method


@dataclass(frozen=True)
class PermitFilters:
    """Which permits, and which page of them: `cursor` is the `next` of the page before.

    `area` is a region with all below it; `until_from` and `until_to` bound the last day of validity, as ISO dates.
    """

    limit: int | None = None
    cursor: str | None = None
    number: str | None = None
    service: str | None = None
    area: str | None = None
    status: str | None = None
    until_from: str | None = None
    until_to: str | None = None

    def to_json(self) -> JsonObject:
        asked = given(
            limit=self.limit,
            cursor=self.cursor,
            number=self.number,
            service=self.service,
            area=self.area,
            status=self.status,
            until_from=self.until_from,
            until_to=self.until_to,
        )
        return {"params": asked}

    @classmethod
    def from_json(cls, request: JsonObject) -> PermitFilters:
        return cls.of(params_of(request))

    @classmethod
    def of(cls, params: JsonObject) -> PermitFilters:
        """The filters in the parameters of an address. Raises ValueError."""
        return cls(
            limit=optional_whole(params, "limit"),
            cursor=optional_text(params, "cursor"),
            number=optional_text(params, "number"),
            service=optional_text(params, "service"),
            area=optional_text(params, "area"),
            status=optional_text(params, "status"),
            until_from=optional_text(params, "until_from"),
            until_to=optional_text(params, "until_to"),
        )


LIST_PERMITS = Method("list_permits", PermitFilters, Shown)
GET_PERMIT = Method("get_permit", Item, Versioned)
ACT_ON_PERMIT = Method("act_on_permit", CommandOn, Versioned)
SEARCH_PERMITS = Method("search_permits", PersonSearch, Shown)
