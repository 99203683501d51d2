"""What an account does with its drafts. A draft is nobody's business but its owner's: no event, no audit entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

import structlog

from mpp.casework.refusals import Refused, not_found
from mpp.clock import Clock, new_id
from mpp.json_values import JsonObject, whole
from mpp.persistence import idempotency
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.accounts.commands import found
from services.gateway.drafts import queries
from services.gateway.drafts.queries import Draft
from services.gateway.sealing import Sealer

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = structlog.get_logger(__name__)

KEPT = timedelta(days=7)  # since the last change
MOST = 50  # of one account


@dataclass(frozen=True)
class DraftCommand:
    """Who changes a draft, under which key of idempotency, until when."""

    account: str
    method: str
    path: str
    key: str
    deadline: Deadline


class Drafts:
    """In the gateway's database; without a sealer every method raises Refused 503 `drafts_off`."""

    def __init__(self, database: Database, clock: Clock, sealer: Sealer | None) -> None:
        self._database = database
        self._clock = clock
        self._found_sealer = sealer

    def listed(self, account: str, deadline: Deadline) -> list[JsonObject]:
        """The account's drafts without what is in them, the one that was changed last first."""
        self._sealer()
        with self._database.transaction(deadline) as tx:
            return [shown(draft) for draft in queries.listed(tx, account, self._clock.now())]

    def read(self, account: str, id_: str, deadline: Deadline) -> JsonObject:
        """One draft with its `form`. Raises Refused 404, also where the mall's key is another one than it was."""
        with self._database.transaction(deadline) as tx:
            draft = queries.find(tx, account, id_, self._clock.now())
        if draft is None:
            raise not_found()
        form = self._sealer().opened(account, id_, draft.sealed)
        if form is None:
            log.warning("draft_unreadable", draft=id_)
            raise not_found()
        return {**shown(draft), "form": form}

    def keep(self, command: DraftCommand, service: str, form: JsonObject) -> tuple[JsonObject, bool]:
        """A new draft, and whether it was kept under this key before.

        Raises Refused 409 `drafts_full`, and 401 for an account that was closed meanwhile.
        """
        sealer, id_ = self._sealer(), new_id()

        def do(tx: Connection, now: datetime) -> Draft:
            owner = found(tx, command.account, lock=True)  # who counts, one after the other
            if owner.disabled:
                raise Refused(401, "token_revoked")
            if queries.how_many(tx, command.account, now) >= MOST:
                raise Refused(409, "drafts_full", params={"max": MOST})
            draft = Draft(id_, service, 1, now, now, now + KEPT, sealer.sealed(command.account, id_, form))
            queries.add(tx, command.account, draft)
            return draft

        return self._once(command, {"service": service, "form": form}, 201, do)

    def change(
        self, command: DraftCommand, id_: str, version: int, service: str, form: JsonObject
    ) -> tuple[JsonObject, bool]:
        """Other content for a draft; its seven days begin anew. Raises Refused 404, and 412 at another version."""
        sealer = self._sealer()

        def do(tx: Connection, now: datetime) -> Draft:
            sealed = sealer.sealed(command.account, id_, form)
            wanted = Draft(id_, service, version + 1, now, now, now + KEPT, sealed)
            return queries.change(tx, command.account, wanted, version) or self._refuse(tx, command.account, id_, now)

        return self._once(command, {"service": service, "form": form}, 200, do)

    def remove(self, command: DraftCommand, id_: str, version: int) -> tuple[JsonObject, bool]:
        """Take a draft away; as it was. Raises Refused 404, and 412 at another version."""

        def do(tx: Connection, now: datetime) -> Draft:
            gone = queries.remove(tx, command.account, id_, version, now)
            return gone or self._refuse(tx, command.account, id_, now)

        return self._once(command, {}, 200, do)

    @staticmethod
    def _refuse(tx: Connection, account: str, id_: str, now: datetime) -> NoReturn:
        raise not_found() if queries.find(tx, account, id_, now) is None else Refused(412, "version_stale")

    def _once(
        self, command: DraftCommand, body: JsonObject, status: int, do: Callable[[Connection, datetime], Draft]
    ) -> tuple[JsonObject, bool]:
        scope = idempotency.Scope(command.account, command.method, command.path, command.key)
        digest, now = self._sealer().digest(body), self._clock.now()
        with self._database.transaction(command.deadline) as tx:
            return idempotency.once(tx, scope, digest, status, now, lambda: shown(do(tx, now)))

    def _sealer(self) -> Sealer:
        if self._found_sealer is None:
            raise Refused(503, "drafts_off")
        return self._found_sealer


def shown(draft: Draft) -> JsonObject:
    """A draft as its owner sees it in a list, and as an answer to a command is kept: nothing of what is in it."""
    return {
        "id": draft.id,
        "service": draft.service,
        "version": draft.version,
        "created_at": draft.created_at.isoformat(),
        "changed_at": draft.changed_at.isoformat(),
        "expires_at": draft.expires_at.isoformat(),
    }


def version_of(body: JsonObject) -> int:
    """The version in what `shown` gave."""
    return whole(body, "version")
