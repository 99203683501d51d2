"""The patterns: real cases, opened and walked by the service's own commands at moments of their own.

A `Walker` of each service says what becomes of its cases. Open ones are of this very
day, so that no clock of theirs has run out and seeding wakes no timer.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any, ClassVar

from mpp import json_text
from mpp.cases.interface.answers import CaseInterface
from mpp.cases.recording.catalogue_hosts import hooks_of
from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.access.offices import Office
from mpp.casework.rules.service_type import Action, FormField, ServiceType
from mpp.clock import FixedClock, new_id
from mpp.hosting.definition import ServiceDefinition
from mpp.hosting.runtime import Runtime
from mpp.messaging.calls.messages import Call
from mpp.persistence.deadline import Deadline
from mpp.tokens.signed import TokenSigner, TokenVerifier, new_keys
from services.gateway.backend import THE_GATEWAY

Body = dict[str, Any]
OPEN_SHARE = 0.06
_COUNTERS = ("desa", "kelurahan", "kecamatan", "mpp", "mini_mpp")


class Walker(ABC):
    """Opens and walks cases of one service, seeded so that runs are alike.

    `codes` are columns besides the tracking code in which each copy has a code of its own, by "table.column".
    """

    interface_class: ClassVar[type[CaseInterface]] = CaseInterface
    codes: ClassVar[Mapping[str, Callable[[Callable[[str], str]], str]]] = {}

    def __init__(self, definition: ServiceDefinition, runtime: Runtime, seed: int = 1) -> None:
        private, public = new_keys()
        self.clock = FixedClock(runtime.clock.now())
        self._signer = TokenSigner(private)
        self.runtime = replace(runtime, clock=self.clock, token_verifier=TokenVerifier(public))
        self.interface = self.interface_class(definition, self.runtime, hooks_of(definition))
        self.definition = definition
        self.random = Random(seed)
        offices = sorted(runtime.offices, key=lambda office: office.code)
        self.counters = [office for office in offices if office.kind in _COUNTERS]
        self.agencies = [office for office in offices if office.kind == "opd"]

    @abstractmethod
    def walk(self, now: datetime) -> Iterator[str]:
        """The ids of ever more cases, each as it is made, up to the moment `now`."""

    # ------------------------------------------------------------------ doing

    def at(self, moment: datetime) -> None:
        """It is this moment now."""
        self.clock.advance(moment - self.clock.now())

    def file(self, origin: Office, body: Body) -> Body:
        """Open a case at a counter; its body. Raises Refused."""
        path = f"/api/v1/{self.definition.collection}"
        return self.ask("open_case", self.payload(origin.code, "clerk", path, body))

    def act(self, case: Body, office: str, role: str, body: Body) -> Body:
        """Take an action on a case as it was last seen; its body then, when its paper was signed. Raises Refused."""
        path = f"/api/v1/{self.definition.collection}/{case['id']}/actions"
        payload = self.payload(office, role, path, body)
        payload |= {"if_match": case["version"], "params": {"id": case["id"]}}
        done = self.ask("act", payload)
        if done["signing"] is None:
            return done
        self.sign(done)
        return self.ask("get_case", self.payload(office, role, "", {}) | {"params": {"id": case["id"]}})

    def sign(self, awaited: Body) -> None:
        """The paper that this case or permit waits for is signed, as the gateway tells. Raises Refused."""
        paper = awaited["signing"]["paper"]
        signed: Body = {"sha256": sha256(paper.encode()).hexdigest(), "size": 40_000, "how": "local"}
        signed |= {"signed_at": self.clock.now().isoformat(), "template_digest": "0" * 64}
        assert THE_GATEWAY.actor is not None
        payload = self.signed(THE_GATEWAY.actor, "", signed) | {"params": {"op": "signed", "id": paper}}
        self.ask("papers", payload)

    def ask(self, method: str, payload: Body) -> Body:
        """What the service answers, with time enough; the body. Raises Refused."""
        answer = self.interface.answer(payload, Call(Deadline.after(60.0), new_id(), method))
        body: Body = json_text.read(json_text.write(answer))["body"]
        return body

    def payload(self, office: str, role: str, path: str, body: Body) -> Body:
        """What the gateway would send for somebody with this role at this office."""
        return self.signed(Actor(f"{role}.{office}", (Assignment(office, role),)), path, body)

    def signed(self, actor: Actor, path: str, body: Body) -> Body:
        """The same for any actor."""
        return {
            "token": self._signer.sign(actor, self.clock.now(), timedelta(hours=1), audience=self.definition.name),
            "applicant": None,
            "key": new_id(),
            "method": "POST",
            "path": path,
            "if_match": None,
            "params": {},
            "body": body,
        }


# ----------------------------------------------------------- what a catalogue offers


def filled(fields: Sequence[FormField], value_of: Callable[[FormField], Any]) -> Body:
    """Every required field."""
    return {field.name: value_of(field) for field in fields if field.required}


def way(
    kind: ServiceType,
    data: Mapping[str, Any],
    begin: str,
    arrived: Callable[[str], bool],
    use: Callable[[Action], bool],
) -> list[str] | None:
    """The shortest list of actions from a state to one where `arrived`, of those that may be used, or None."""
    paths: dict[str, list[str]] = {begin: []}
    todo = [begin]
    while todo:
        state = todo.pop(0)
        if state != begin and arrived(state):
            return paths[state]
        for steps, target in _moves(kind, state, data, use):
            if target not in paths:
                paths[target] = [*paths[state], *steps]
                todo.append(target)
    return None


def _moves(
    kind: ServiceType, state: str, data: Mapping[str, Any], use: Callable[[Action], bool]
) -> Iterator[tuple[list[str], str]]:
    actions = [a for a in kind.actions_from(state) if use(a) and (a.when is None or a.when.holds(data))]
    yield from (([action.code], action.to) for action in actions if action.to is not None)
    join = kind.states[state].join
    if join is None:
        return
    tasks = {task.code for task in kind.states[state].tasks}
    yes = {a.task: a.code for a in reversed(actions) if a.to is None and a.task in tasks and a.outcome != "refused"}
    no = next((a for a in reversed(actions) if a.task in tasks and a.outcome == "refused"), None)
    if set(yes) == tasks:
        yield [yes[task.code] for task in kind.states[state].tasks], join.to
        if no is not None and join.refused is not None:
            yield [*(code for task, code in yes.items() if task != no.task), no.code], join.refused
