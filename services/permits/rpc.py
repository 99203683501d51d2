"""The RPC interface of licensing without nameko: that of every case service, and the register's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mpp.cases.interface.rpc import CaseDesk
from mpp.messaging.calls.rpc import Call
from services.permits.present import PermitPresenter
from services.permits.queries import RegisterQueries
from services.permits.use_cases.acting import RegisterCommands
from services.permits.use_cases.timer import RegisterTimer

Payload = Mapping[str, Any]


class PermitsDesk(CaseDesk):
    """Applications by `CaseDesk`, permits by the methods here."""

    def __post_init__(self) -> None:
        super().__post_init__()
        presenter = PermitPresenter(self.runtime)
        self.register = RegisterQueries(self.runtime, self.host.versions, presenter)
        self.register_commands = RegisterCommands(self.host, self.register)
        self.register_timer = RegisterTimer(self.runtime)

    def list_permits(self, payload: Payload, call: Call) -> dict[str, Any]:
        """A page of the register."""
        return _ok(self.register.page(self._clerk(payload), _mapping(payload, "params"), call.deadline))

    def get_permit(self, payload: Payload, call: Call) -> dict[str, Any]:
        """One permit."""
        id_ = str(_mapping(payload, "params").get("id"))
        body = self.register.get(self._clerk(payload), id_, call.deadline)
        return {**_ok(body), "version": body["version"]}

    def act_on_permit(self, payload: Payload, call: Call) -> dict[str, Any]:
        """Suspend, reinstate, revoke or correct; see `RegisterCommands.act`."""
        self._clerk(payload)  # 401 before anything else: an applicant's secret opens no permit
        answer = self.register_commands.act(self._command(payload, call), str(_mapping(payload, "params").get("id")))
        return {
            "status": answer.status,
            "body": answer.body,
            "version": answer.body["version"],
            "replayed": answer.replayed,
        }

    def search_permits(self, payload: Payload, call: Call) -> dict[str, Any]:
        """The permits of a holder, by NIK or name in the body."""
        body = _mapping(payload, "body")
        return _ok(self.register.search(self._clerk(payload), body, call.deadline, call.correlation_id))

    def verify(self, payload: Payload, call: Call) -> dict[str, Any]:
        """Whether a document is real and holds."""
        return _ok(self.register.verify(str(_mapping(payload, "params").get("code")), call.deadline))


def _mapping(payload: Payload, name: str) -> Mapping[str, Any]:
    found = payload.get(name)
    return found if isinstance(found, Mapping) else {}


def _ok(body: dict[str, Any]) -> dict[str, Any]:
    return {"status": 200, "body": body}
