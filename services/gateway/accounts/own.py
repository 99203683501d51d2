"""What everybody does with the own account: another password, and the end of a session."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from mpp.casework.access.actors import Actor
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.clock import Clock
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from mpp.tokens.signed import Bearer
from services.gateway.accounts import queries
from services.gateway.accounts.commands import found, tell
from services.gateway.accounts.grants import PASSWORD, withdrawn
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.strength import weakness
from services.gateway.limits.addresses import one_client
from services.gateway.limits.queries import Limit, forget, tally, wait_of
from services.gateway.threads import Party

if TYPE_CHECKING:
    from sqlalchemy import Connection

TOKEN_TTL = timedelta(hours=8)  # one working day at a counter
# Who sits down at somebody's open session may not guess the password for ever.
WRONG = Limit("own_password", 10, timedelta(minutes=15))
LOGGED_OUT = Limit("trail_logged_out", 20, timedelta(minutes=15))  # entries of one account


def token_digest(token: str) -> bytes:
    """Under which an ended token is remembered: never the token itself.

    Only what is signed counts, which has an id of its own: the signature can be written in several ways, each as good.
    """
    signed, _, _ = token.rpartition(".")
    return hashlib.sha256(signed.encode()).digest()


class OwnAccount:
    """In the gateway's database. `words` are those of the region, which no password may consist of."""

    def __init__(self, database: Database, passwords: Passwords, clock: Clock, words: Iterable[str] = ()) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._words = tuple(words)

    def change_password(
        self, actor: Actor, old: str, new: str, address: str, deadline: Deadline, correlation_id: str
    ) -> Bearer:
        """From now on the new password counts, and every token of before has ended; whom a new one speaks for.

        Raises Refused 422 for a wrong old password and a new one that is easy to guess or the old one; 429
        `rate_limited` after too many wrong ones.
        """
        with self._passwords.threads.turn(deadline.left(), Party(one_client(address), actor.id)):
            before = self._look_up(actor, deadline)
            if not self._passwords.check(before.password_hash, old):
                self._wrong(actor, deadline, correlation_id)
                raise invalid(FieldError("old_password", "password_wrong"))
            if old == new:
                raise invalid(FieldError("new_password", "password_unchanged"))
            if (why := self._passwords.threads.run(weakness, new, actor.id, self._words)) is not None:
                raise invalid(FieldError("new_password", why))
            hashed = self._passwords.hash(new)
            with self._database.transaction(deadline) as tx:
                account = found(tx, actor.id, lock=True)
                if account.disabled or account.password_hash != before.password_hash:
                    raise Refused(401, "token_revoked")  # somebody was quicker
                queries.set_password(tx, actor.id, hashed)
                gone = queries.forget_grants(tx, actor.id, PASSWORD)  # nobody need give another any more
                withdrawn(tx, gone, account.actor, self._clock.now(), correlation_id)
                forget(tx, WRONG, actor.id)
                self._tell(tx, account.actor, "own_password_changed", correlation_id)
                after = found(tx, actor.id)
        return Bearer(after.actor, after.generation)

    def log_out(self, actor: Actor, token: str, deadline: Deadline, correlation_id: str) -> None:
        """The token has ended, at every copy of the gateway; others of the account go on."""
        now = self._clock.now()
        with self._database.transaction(deadline) as tx:
            queries.end_token(tx, token_digest(token), now + TOKEN_TTL)
            if not tally(tx, LOGGED_OUT, actor.id, now).late:
                self._tell(tx, actor, "logged_out", correlation_id)

    def _look_up(self, actor: Actor, deadline: Deadline) -> queries.Account:
        with self._database.transaction(deadline) as tx:
            wait = wait_of(tx, WRONG, actor.id, self._clock.now())
            if wait:
                raise Refused(429, "rate_limited", params={"retry_after": wait})
            return found(tx, actor.id)

    def _wrong(self, actor: Actor, deadline: Deadline, correlation_id: str) -> None:
        with self._database.transaction(deadline) as tx:
            tally(tx, WRONG, actor.id, self._clock.now())
            self._tell(tx, actor, "own_password_refused", correlation_id)

    def _tell(self, tx: Connection, actor: Actor, action: str, correlation_id: str) -> None:
        tell(tx, actor, self._clock.now(), action, {"account": actor.id}, correlation_id)
