"""Offices and places: what a form asks for by a code, found by its name. Public, as the region's file is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from mpp.casework.access.offices import Office, OfficeTree, kind_of_place
from mpp.casework.refusals import FieldError, invalid
from mpp.json_values import JsonObject, optional_text, whole
from mpp.regions import places
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.web.schemas.pagination import decode_texts, encode_cursor
from services.gateway.api.requests.places import OfficeQuery, RegionQuery
from services.gateway.api.responses.places import OfficeList, RegionList

Found = TypeVar("Found")

_PUBLIC = {"Cache-Control": "public, max-age=60"}
_NAMES_OF_LEVELS = {2: "province", 5: "regency"}  # by the length of the code


class Places:
    """The endpoints; `offices` None: of no region, so that there is none (the contract, some tests)."""

    def __init__(self, offices: OfficeTree | None) -> None:
        self._offices = offices

    def routes(self) -> list[Route]:
        """Offices, and places."""
        return [
            Route(
                "GET", "/api/v1/offices", self.offices, "list_offices", "The offices of the region", "places",
                {200: Produces("A page of offices", OfficeList)}, access="public", query=OfficeQuery, refuses=(422,),
            ),
            Route(
                "GET", "/api/v1/regions", self.regions, "list_regions", "Places by their Kemendagri codes", "places",
                {200: Produces("A page of places", RegionList)}, access="public", query=RegionQuery, refuses=(422,),
                description="Without `parent` and `q`: the districts of the mall's own region. `parent` may lie "
                            "anywhere in Indonesia, as the place where somebody was born does.",
            ),
        ]  # fmt: skip

    def offices(self, request: HttpRequest) -> HttpResponse:
        wanted, kind = optional_text(request.query, "q"), optional_text(request.query, "kind")
        region = optional_text(request.query, "region")
        if region is not None and not (self._offices is not None and self._offices.region_known(region)):
            raise invalid(FieldError("region", "unknown_region", self._own()))
        found = [
            each
            for each in sorted(self._offices or (), key=lambda office: office.code)
            if kind in (None, each.kind)
            and (region is None or places.within(each.region, region))
            and (wanted is None or _is_called(wanted, each.name, each.code))
        ]
        return _page(request, found, lambda office: office.code, self._office)

    def regions(self, request: HttpRequest) -> HttpResponse:
        parent, wanted = optional_text(request.query, "parent"), optional_text(request.query, "q")
        if parent is not None and not places.exists(parent):
            raise invalid(FieldError("parent", "unknown_region", self._own()))
        found = [code for code, name in self._asked(parent, wanted) if wanted is None or _is_called(wanted, name, code)]
        return _page(request, sorted(found), str, self._region)

    def _asked(self, parent: str | None, wanted: str | None) -> Iterator[tuple[str, str]]:
        own = None if self._offices is None else self._offices.region
        if parent is None and wanted is not None:
            yield from (places.places_in(own) if own else places.regencies()).items()
        elif parent is None and own is None:
            yield from places.provinces().items()
        else:
            yield from places.directly_in(parent or own or "").items()

    def _office(self, office: Office) -> JsonObject:
        return {
            "code": office.code,
            "name": office.name,
            "kind": office.kind,
            "region": office.region,
            "region_name": places.path_name(office.region),
            "parent": office.parent,
            "parent_name": None if self._offices is None else self._offices.name_of(office.parent),
            "phone": office.phone,
        }

    def _region(self, code: str) -> JsonObject:
        return {
            "code": code,
            "name": places.region_name(code),
            "kind": kind_of_place(code) or _NAMES_OF_LEVELS[len(code)],
            "path": places.path_name(code),
            "office": code if self._offices is not None and code in self._offices else None,
        }

    def _own(self) -> dict[str, str | int]:
        return {} if self._offices is None else {"region": self._offices.region}


def _is_called(wanted: str, name: str, code: str) -> bool:
    return wanted.casefold().strip() in name.casefold() or code.startswith(wanted.strip())


def _page(
    request: HttpRequest, found: Iterable[Found], code_of: Callable[[Found], str], body: Callable[[Found], JsonObject]
) -> HttpResponse:
    """The items after the cursor, in the order of their codes."""
    limit, cursor = whole(request.query, "limit"), optional_text(request.query, "cursor")
    after = "" if cursor is None else decode_texts(cursor, 1)[0]
    items = list(islice((each for each in found if code_of(each) > after), limit + 1))
    more = encode_cursor([code_of(items[limit - 1])]) if len(items) > limit else None
    return HttpResponse(200, {"items": [body(each) for each in items[:limit]], "next": more}, _PUBLIC)
