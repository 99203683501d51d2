"""Logging in: who may try how often, what a right password is worth, and for how long."""

from __future__ import annotations

from datetime import timedelta

import structlog

from mpp.casework.access.actors import Actor
from mpp.casework.refusals import Refused
from mpp.clock import Clock
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from mpp.tokens.signed import Bearer, TokenVerifier
from services.gateway.accounts import queries, trail
from services.gateway.accounts.passwords import Passwords
from services.gateway.limits.queries import Limit, forget, tally, wait_of

log = structlog.get_logger(__name__)

FAILED_BY_ACCOUNT = Limit("login_account", 10, timedelta(minutes=15))
# A whole office may sit behind one address.
FAILED_BY_ADDRESS = Limit("login_address", 60, timedelta(minutes=15))


class Logins:
    """Checks names and passwords against the gateway's database."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        clock: Clock,
        verifier: TokenVerifier,
        *,
        by_account: Limit = FAILED_BY_ACCOUNT,
        by_address: Limit = FAILED_BY_ADDRESS,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._verifier = verifier
        self._by_account = by_account
        self._by_address = by_address

    def log_in(
        self, name: str, password: str, address: str, deadline: Deadline, correlation_id: str | None = None
    ) -> Bearer:
        """Whom a token may speak for, and of which generation it is; either way it is on record.

        Raises Refused 401 `credentials_invalid` (also for unknown and disabled accounts), 429 `login_locked` after
        too many failures, even with the right password, so that guessing on brings nothing; 503 when too many wait.
        """
        # Looked up and recorded within the turn: however many guesses arrive at once, no more than the few that
        # have a turn can slip past the limit.
        with self._passwords.threads.turn(deadline.left()):
            account = self._look_up(name, address, deadline)
            right = self._passwords.check(account.password_hash if account else None, password)
            if account is None or account.disabled or not right:
                self._failed(name, account, address, deadline, correlation_id)
                raise Refused(401, "credentials_invalid")
            renewed = self._passwords.hash(password) if self._passwords.outdated(account.password_hash) else None
            with self._database.transaction(deadline) as tx:
                forget(tx, self._by_account, name)
                if renewed is not None:
                    queries.rehash(tx, name, renewed)
                trail.logged_in(tx, account.actor, address, self._clock.now(), correlation_id)
        return Bearer(account.actor, account.generation)

    def verify(self, token: str, deadline: Deadline) -> Actor:
        """Who the bearer of the token is. Raises Refused 401: `token_revoked` when the account was disabled, or its
        password or assignments changed, after the token was made.

        Asked in the database with every request: whatever copy of the gateway answers, the next request is refused.
        """
        bearer = self._verifier.read(token, self._clock.now())
        with self._database.alone(deadline) as tx:
            now = queries.generation(tx, bearer.actor.id)
        if now != bearer.generation:
            raise Refused(401, "token_revoked")
        return bearer.actor

    def current(self, name: str, deadline: Deadline) -> Actor:
        """The account as it is now. Raises Refused 401 when it is gone or disabled."""
        with self._database.transaction(deadline) as tx:
            account = queries.find(tx, name)
        if account is None or account.disabled:
            raise Refused(401, "token_revoked")
        return account.actor

    def _look_up(self, name: str, address: str, deadline: Deadline) -> queries.Account | None:
        now = self._clock.now()
        with self._database.transaction(deadline) as tx:
            wait = max(wait_of(tx, self._by_account, name, now), wait_of(tx, self._by_address, address, now))
            if wait:
                raise Refused(429, "login_locked", params={"retry_after": wait})
            return queries.find(tx, name)

    def _failed(
        self, name: str, account: queries.Account | None, address: str, deadline: Deadline, correlation_id: str | None
    ) -> None:
        now = self._clock.now()
        with self._database.transaction(deadline) as tx:
            account_locked = tally(tx, self._by_account, name, now).tries == self._by_account.most
            address_locked = tally(tx, self._by_address, address, now).tries == self._by_address.most
            locks = {"account_locked": account_locked, "address_locked": address_locked}
            trail.refused(tx, name, account, address, now, correlation_id, **locks)
        log.warning("login_failed", locked=account_locked or address_locked)
