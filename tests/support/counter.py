"""The gateway's whole application in front of the real case services, in this process: a counter over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from wsgiref.types import WSGIEnvironment

from sqlalchemy import make_url
from werkzeug.test import Client, TestResponse

from mpp import crashpoints
from mpp.cases.interface.answers import CaseInterface
from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.hosting.definition import case_services, definitions
from mpp.messaging.calls.messages import Call, problem
from mpp.persistence import migrate
from mpp.persistence.deadline import Deadline
from mpp.web.wsgi import Door, Headers
from services.gateway.accounts.passwords import Passwords
from services.gateway.api.app import Parts, build, routes
from services.gateway.api.routes.operations.dead_letters import OwnDeadLetters
from services.gateway.backend import Backend, Rpc
from services.gateway.forms.desk import Forms
from services.gateway.threads import HereAndNow
from tests.support import accounts
from tests.support.desks import Desks
from tests.support.engines import LentDatabase

Who = tuple[Any, ...]  # (office, role), or several of them
BANK_KEY = bytes(range(32, 64))
OLD_BANK_KEY = bytes(range(64, 96))  # of the time before it was changed
REPORT_KEY, OLD_REPORT_KEY = bytes(range(96, 128)), bytes(range(128, 160))  # of the provider of SMS
DRY = {"status": 200, "body": {"id": "dry"}, "version": 0}


def fill_gateway(url: str) -> None:
    """The gateway's schema."""
    migrate.upgrade(url, definitions()["gateway"].migrations, make_url(url).username or "postgres")


class Taken(Exception):
    """A command that was allowed, stopped before its commit."""


class Direct:
    """Calls the desks as the broker would, with JSON on the way; refusals travel as problems."""

    def __init__(self, desks: Desks) -> None:
        self._desks = {d.name: desks.desks[d.collection or ""] for d in case_services().values()}

    def call(
        self, service: str, method: str, payload: dict[str, Any], deadline: Deadline, correlation_id: str
    ) -> dict[str, Any]:
        """The answer of a desk."""
        handed = json.loads(json.dumps(payload))
        try:
            answer = self._desks[service].answer(handed, Call(deadline, correlation_id, method))
        except Refused as refused:
            answer = problem(refused)
        except Taken:
            answer = DRY
        found: dict[str, Any] = json.loads(json.dumps(answer))
        return found


class Counter:
    """HTTP requests as somebody with one role at one office; `rpc` carries the calls, as a broker would."""

    def __init__(
        self,
        desks: Desks,
        gateway_url: str,
        rpc: Rpc | None = None,
        letters: Callable[[], OwnDeadLetters] | None = None,
        forms: Forms | None = None,
    ) -> None:
        self.desks = desks
        self.database = LentDatabase(gateway_url, "gateway", pool_size=12)
        self._tokens: dict[Who, str] = {}
        here = rpc or Direct(desks)
        self.backend = Backend(here, case_services(), lambda jobs: [job() for job in jobs], desks.tokens)
        parts = Parts(
            database=self.database,
            backend=self.backend,
            catalogue=desks.runtime.catalogue,
            signer=desks.signer,
            verifier=desks.runtime.token_verifier,
            passwords=Passwords(HereAndNow()),
            clock=desks.clock,
            bank_keys=(BANK_KEY, OLD_BANK_KEY),
            report_keys={"sms": (REPORT_KEY, OLD_REPORT_KEY), "whatsapp": (OLD_BANK_KEY,)},
            own_dead_letters=letters,
            forms=forms,
            offices=None if forms is None else desks.runtime.offices,
        )
        self.parts = parts
        self.open()

    def open(self, streamed: Callable[[WSGIEnvironment], int | None] = lambda environ: None) -> None:
        """Open the door, on what the parts are now; `streamed` as `Door` has it."""
        self.routes = {(route.method, route.path) for route in routes(self.parts)}
        self.client = self._client = Client(Headers(Door(build(self.parts), streamed=streamed)))

    def desk_of(self, service: str) -> CaseInterface:
        """The desk behind the gateway that keeps the cases of this service type."""
        return self.desks.desks[self.desks.collection(service)]

    def close(self) -> None:
        self.database.give_back()

    def _headers(self, who: Who) -> dict[str, str]:
        if who not in self._tokens:
            pairs: Any = (who,) if isinstance(who[0], str) else who
            actor = Actor("petugas." + ".".join(role for _, role in pairs), tuple(Assignment(*pair) for pair in pairs))
            accounts.ensure(self.database, actor)
            self._tokens[who] = self.desks.signer.sign(actor, self.desks.clock.now(), timedelta(hours=8))
        return {"Authorization": f"Bearer {self._tokens[who]}"}

    def get(self, path: str, who: Who | None, secret: str | None = None) -> TestResponse:
        """A read by (office, role), by who holds the secret, or by both."""
        headers = {} if who is None else self._headers(who)
        if secret is not None:
            headers["X-Tracking-Secret"] = secret
        return self._client.get(path, headers=headers)

    def post(
        self,
        path: str,
        body: Any,
        who: Who | None,
        version: int | None = None,
        secret: str | None = None,
        key: str | None = None,
    ) -> TestResponse:
        """A command by (office, role), or by who holds the secret."""
        headers = {"Idempotency-Key": key or new_id()}
        if who is not None:
            headers |= self._headers(who)
        if secret is not None:
            headers["X-Tracking-Secret"] = secret
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._client.post(path, json=body, headers=headers)

    def raw(self, path: str, body: bytes, headers: dict[str, str]) -> TestResponse:
        """A JSON body as it is, without a token."""
        return self._client.post(path, data=body, headers=headers, content_type="application/json")

    def form(self, path: str, fields: dict[str, str]) -> TestResponse:
        """A form, without a token."""
        return self._client.post(path, data=fields)

    def dry(self, call: Callable[[], TestResponse]) -> TestResponse:
        """The answer to a command of which nothing is kept, also when it is allowed (200 then)."""

        def stop(point: str) -> None:
            if point == "command.before_commit":
                raise Taken

        with ExitStack() as stack:
            stack.enter_context(crashpoints.hook(stop))
            return call()
