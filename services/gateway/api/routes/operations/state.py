"""For the operator: how each part of the mall is, in words, with what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from mpp.cases.interface.methods import STATE
from mpp.clock import Clock
from mpp.hosting.state.parts import Part
from mpp.json_values import JsonObject, objects, text
from mpp.messaging.calls.common import Nothing
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.responses.state import MallState
from services.gateway.backend import Backend

OWN = "gateway"
_SHARE = 0.6
_APART = 5.0  # seconds that two clocks may differ, which a slow answer does not explain


class State:
    """The endpoint of the role operator; `own` tells of the gateway and of what there is once in a mall."""

    def __init__(self, backend: Backend, clock: Clock, own: Callable[[], Sequence[Part]]) -> None:
        self._backend = backend
        self._clock = clock
        self._own = own

    def routes(self) -> list[Route]:
        """One answer."""
        return [
            Route(
                "GET", "/api/v1/operations/state", self.look, "get_state", "How each part of the mall is",
                "operations", {200: Produces("Every part, and what to do", MallState)}, roles=("operator",),
                refuses=(403,),
                description="Each service is asked, and tells of what it stands on; one that does not answer is a "
                            "part that is bad. No secret is in it, and nobody's name.",
            )
        ]  # fmt: skip

    def look(self, request: HttpRequest) -> HttpResponse:
        begun = self._clock.now()
        heard = self._backend.ask_each(self._backend.services, STATE, lambda _: Nothing(), request, _SHARE)
        ended = self._clock.now()
        found: list[JsonObject] = [{**part.to_json(), "service": OWN} for part in self._own()]
        for each in heard:
            name = each.service.name
            if each.result is None:
                found.append({**Part("service", "service_silent").to_json(), "service": name})
                continue
            told = each.result.body
            found.append({**Part("service", "service_well").to_json(), "service": name})
            found.append({**_clock(datetime.fromisoformat(text(told, "at")), begun, ended).to_json(), "service": name})
            found += [{**part, "service": name} for part in objects(told, "parts")]
        return HttpResponse(200, {"checked_at": ended.isoformat(), "parts": found})


def _clock(at: datetime, begun: datetime, ended: datetime) -> Part:
    """By the clock of a service, which answered between the two."""
    early, late = (begun - at).total_seconds(), (at - ended).total_seconds()
    apart = max(early, late)
    return Part("clock", "clock_apart", f"{apart:.0f} s") if apart > _APART else Part("clock", "clock_well")
