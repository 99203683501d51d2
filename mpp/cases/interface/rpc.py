"""The one RPC interface that every case service exposes, as plain methods; `service` hangs nameko on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mpp.cases.commands.acting import Acting
from mpp.cases.commands.attachments import Attachments
from mpp.cases.commands.opening import Opening
from mpp.cases.commands.operator import Operator
from mpp.cases.levies.payments import Payment, Payments
from mpp.cases.prerequisites.finder import Prerequisites
from mpp.cases.reading.lists import CaseLists
from mpp.cases.reading.presenter import Presenter
from mpp.cases.reading.search import CaseSearch
from mpp.cases.recording.command import Command, Outcome
from mpp.cases.recording.hooks import Hooks
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.cases.storage.calendars import CalendarInEffect
from mpp.cases.storage.versions import Versions, remember
from mpp.cases.time.timer import Timer
from mpp.casework.access.actors import Actor
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.hosting.definition import ServiceDefinition
from mpp.hosting.runtime import Runtime
from mpp.messaging.calls.rpc import Call
from mpp.messaging.events.dead_letters import DeadLetters
from mpp.persistence.deadline import Deadline

Payload = Mapping[str, Any]


@dataclass
class CaseDesk:
    """A case service's commands and queries behind token and payload."""

    definition: ServiceDefinition
    runtime: Runtime
    hooks: Hooks

    def __post_init__(self) -> None:
        mine = [
            service_type
            for service_type in self.runtime.catalogue
            if service_type.collection == self.definition.collection
        ]
        with self.runtime.databases[self.definition.name].transaction() as tx:
            remember(tx, mine, self.runtime.clock.now())
        calendar = CalendarInEffect(self.runtime.databases[self.definition.name], self.runtime.calendar)
        self.host = host = CaseHost(self.definition, self.runtime, self.hooks, Versions(mine), calendar)
        presenter = Presenter(host)
        self.prerequisites = Prerequisites(host)
        self.opening = Opening(host, self.prerequisites, presenter)
        self.acting = Acting(host, self.prerequisites, presenter)
        self.attachments = Attachments(host, presenter)
        self.payments = Payments(host)
        self.operator = Operator(host)
        self.timer = Timer(host)
        self.lists = CaseLists(host, presenter)
        self.searching = CaseSearch(host, presenter)

    # ------------------------------------------------------------- commands

    def open_case(self, payload: Payload, call: Call) -> dict[str, Any]:
        """201 with the case; see `Opening.open`."""
        answer = self.opening.open(self._command(payload, call))
        location = f"/api/v1/{self.definition.collection}/{answer.body['id']}"
        return {**_answer(answer), "location": location}

    def act(self, payload: Payload, call: Call) -> dict[str, Any]:
        """200 with the case; see `Acting.act`."""
        return _answer(self.acting.act(self._command(payload, call), str(_params(payload).get("id"))))

    def pay(self, payload: Payload, call: Call) -> dict[str, Any]:
        """200: the bank reported a payment; see `Payments.take`. Only with the token that the gateway signs for it."""
        actor = self._clerk(payload)
        if not actor.is_bank:
            raise Refused(403, "role_may_not", params={"action": "pay"})
        body = _body(payload)
        payment = Payment(
            str(body["number"]), int(body["amount"]), datetime.fromisoformat(body["paid_at"]), str(body["reference"])
        )
        cause = Cause(actor, self.runtime.clock.now(), call.correlation_id)
        return _ok(self.payments.take(payment, cause, Deadline(call.deadline.at)))

    def settle_payment(self, payload: Payload, call: Call) -> dict[str, Any]:
        """200: an official says what became of money that was not applied; see `Payments.settle`."""
        command = self._command(payload, call)
        answer = self.payments.settle(command, str(_params(payload).get("id")))
        return {**_ok(answer.body), "replayed": answer.replayed}

    # ------------------------------------------------------------ documents

    def check_document(self, payload: Payload, call: Call) -> dict[str, Any]:
        """200 when the case would take a document; see `Attachments.check`."""
        self.attachments.check(self._command(payload, call), str(_params(payload).get("id")))
        return _ok({})

    def attach_document(self, payload: Payload, call: Call) -> dict[str, Any]:
        """201 with the case and the document; see `Attachments.attach`."""
        id_ = str(_params(payload).get("id"))
        answer = self.attachments.attach(self._command(payload, call), id_)
        base = f"/api/v1/{self.definition.collection}/{answer.body['id']}"
        return {**_answer(answer), "location": f"{base}/documents/{answer.body['document']['id']}"}

    def check_detach(self, payload: Payload, call: Call) -> dict[str, Any]:
        """200 when a document may be taken out; see `Attachments.check_detach`."""
        params = _params(payload)
        id_, document = str(params.get("id")), str(params.get("document"))
        return _ok({"sha256": self.attachments.check_detach(self._command(payload, call), id_, document)})

    def detach_document(self, payload: Payload, call: Call) -> dict[str, Any]:
        """200 with the case without the document; see `Attachments.detach`."""
        params = _params(payload)
        id_, document = str(params.get("id")), str(params.get("document"))
        return _answer(self.attachments.detach(self._command(payload, call), id_, document))

    def read_document(self, payload: Payload, call: Call) -> dict[str, Any]:
        """A document's hash, name, type and size for its download, which is audited."""
        actor, secret = self._reader(payload)
        params, deadline = _params(payload), Deadline(call.deadline.at)
        id_, document = str(params.get("id")), str(params.get("document"))
        return _ok(self.attachments.read(actor, secret, id_, document, deadline, call.correlation_id))

    def known_documents(self, payload: Payload, call: Call) -> dict[str, Any]:
        """Which of the given contents are referred to; the gateway asks before it removes one."""
        if not self._clerk(payload).has_role("operator"):
            raise Refused(403, "role_may_not", params={"action": "known_documents"})
        hashes = _params(payload).get("hashes")
        if not isinstance(hashes, list):
            raise invalid(FieldError("hashes", "not_a_list"))
        return _ok({"known": self.attachments.known(hashes, Deadline(call.deadline.at))})

    # -------------------------------------------------------------- queries

    def get_case(self, payload: Payload, call: Call) -> dict[str, Any]:
        """One case in full."""
        actor, secret = self._reader(payload)
        body = self.lists.get(actor, secret, str(_params(payload).get("id")), call.deadline)
        return {"status": 200, "body": body, "version": body["version"]}

    def receipt(self, payload: Payload, call: Call) -> dict[str, Any]:
        """The data of the receipt."""
        actor, secret = self._reader(payload)
        return _ok(self.lists.receipt(actor, secret, str(_params(payload).get("id")), call.deadline))

    def list_cases(self, payload: Payload, call: Call) -> dict[str, Any]:
        """A page of cases."""
        return _ok(self.lists.page(self._clerk(payload), _params(payload), call.deadline))

    def search_cases(self, payload: Payload, call: Call) -> dict[str, Any]:
        """A person's cases by NIK or name in the body, among those that the actor may see."""
        return _ok(self.searching.search(self._clerk(payload), _body(payload), call.deadline, call.correlation_id))

    def worklist(self, payload: Payload, call: Call) -> dict[str, Any]:
        """The next open tasks of the actor's offices and roles."""
        return _ok(self.lists.worklist(self._clerk(payload), _params(payload), call.deadline))

    def track(self, payload: Payload, call: Call) -> dict[str, Any]:
        """The public state of a case."""
        return _ok(self.lists.track(str(_params(payload).get("tracking_code")), call.deadline))

    def dead_letters(self, payload: Payload, letters: DeadLetters) -> dict[str, Any]:
        """For the operator: list, show or replay (`op`) what this service could not process."""
        actor = self._clerk(payload)
        if not actor.has_role("operator"):
            raise Refused(403, "role_may_not", params={"action": "dead_letters"})
        params = _params(payload)
        operation, id_ = params.get("op"), str(params.get("id"))
        if operation == "list":
            return _ok({"items": letters.list()})
        if operation == "replay":
            if letters.replay(id_) is None:
                raise not_found()
        elif operation != "show":
            raise invalid(FieldError("op", "unknown_choice"))
        found = letters.show(id_)
        if found is None:
            raise not_found()
        return _ok({**found, "service": self.definition.name})

    def calendar_tables(self, payload: Payload, call: Call) -> dict[str, Any]:
        """For the operator: list (`op`) the override tables of the calendar, load one, or count by it."""
        op, body = str(_params(payload).get("op")), {**_params(payload), **_body(payload)}
        deadline = Deadline(call.deadline.at)
        return _ok(self.operator.calendar(self._clerk(payload), op, body, call.correlation_id, deadline))

    def numbers(self, payload: Payload, call: Call) -> dict[str, Any]:
        """For the operator: list, start or void (`op`) in a book of legal numbers."""
        op, body = str(_params(payload).get("op")), {**_params(payload), **_body(payload)}
        deadline = Deadline(call.deadline.at)
        return _ok(self.operator.numbers(self._clerk(payload), op, body, call.correlation_id, deadline))

    # -------------------------------------------------------------- helpers

    def _actor(self, payload: Payload) -> Actor | None:
        token = payload.get("token")
        return None if token is None else self.runtime.token_verifier.verify(str(token), self.runtime.clock.now())

    def _clerk(self, payload: Payload) -> Actor:
        actor = self._actor(payload)
        if actor is None:
            raise Refused(401, "token_missing")
        return actor

    def _reader(self, payload: Payload) -> tuple[Actor | None, str | None]:
        actor, secret = self._actor(payload), _secret(payload)
        if actor is None and secret is None:
            raise Refused(401, "token_missing")
        return actor, secret

    def _command(self, payload: Payload, call: Call) -> Command:
        actor, secret = self._reader(payload)
        key, body = payload.get("key"), payload.get("body")
        if not isinstance(key, str) or not key:
            raise Refused(400, "idempotency_key_missing")
        if not isinstance(body, Mapping):
            raise Refused(400, "body_invalid")
        return Command(
            actor,
            secret,
            key,
            str(payload.get("method")),
            str(payload.get("path")),
            payload.get("if_match"),
            body,
            Deadline(call.deadline.at),
            call.correlation_id,
        )


def _params(payload: Payload) -> Mapping[str, Any]:
    found = payload.get("params")
    return found if isinstance(found, Mapping) else {}


def _body(payload: Payload) -> Mapping[str, Any]:
    found = payload.get("body")
    return found if isinstance(found, Mapping) else {}


def _secret(payload: Payload) -> str | None:
    applicant = payload.get("applicant")
    return str(applicant["secret"]) if isinstance(applicant, Mapping) and applicant.get("secret") else None


def _ok(body: dict[str, Any]) -> dict[str, Any]:
    return {"status": 200, "body": body}


def _answer(answer: Outcome) -> dict[str, Any]:
    return {
        "status": answer.status,
        "body": answer.body,
        "version": answer.body["version"],
        "replayed": answer.replayed,
    }
