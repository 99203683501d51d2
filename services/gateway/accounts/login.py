"""Logging in: who may try how often, what a right password is worth, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from mpp.casework.access.actors import Actor
from mpp.casework.refusals import Refused
from mpp.clock import Clock
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from mpp.tokens.signed import Bearer, TokenVerifier
from services.gateway.accounts import queries, trail
from services.gateway.accounts.own import token_digest
from services.gateway.accounts.passwords import Passwords
from services.gateway.limits.addresses import network, one_client
from services.gateway.limits.queries import Count, Limit, count_along, forget, note, read, tally
from services.gateway.threads import Party

log = structlog.get_logger(__name__)

_WINDOW = timedelta(minutes=15)
# Failures of an account from one network (/24, /48). Another network is not locked by them, so that nobody locks a
# colleague out by guessing. A network from which the account has logged in of late may fail oftener, and is locked by
# nothing else.
FAILED_HERE = Limit("login_here", 10, _WINDOW)
FAILED_AT_HOME = Limit("login_here", 50, _WINDOW)
AT_HOME = Limit("login_home", 1, timedelta(days=30))
# Failures of an account wherever they come from, and of an address at all accounts: a whole office may sit behind one.
FAILED_BY_ACCOUNT = Limit("login_account", 100, _WINDOW)
FAILED_BY_ADDRESS = Limit("login_address", 60, _WINDOW)
# A partner's script may log in for each request; it may not keep others from it.
LOGGED_IN = Limit("login_done", 300, _WINDOW)


@dataclass(frozen=True)
class LoggedIn:
    """Who was let in; with `must_change_password` to change that, and to nothing else."""

    bearer: Bearer
    must_change_password: bool


class Logins:
    """Checks names and passwords against the gateway's database."""

    def __init__(self, database: Database, passwords: Passwords, clock: Clock, verifier: TokenVerifier) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._verifier = verifier

    def log_in(
        self, name: str, password: str, address: str, deadline: Deadline, correlation_id: str | None = None
    ) -> LoggedIn:
        """Whom a token may speak for, and of which generation it is; either way it is on record.

        Raises Refused 401 `credentials_invalid` (also for unknown and disabled accounts), 429 `login_locked` after
        too many failures, even with the right password, so that guessing on brings nothing; 429 `login_too_often` and
        `too_many_waiting` for an account that comes too often; 503 when too many wait.
        """
        # Looked up and recorded within the turn: however many guesses arrive at once, no more than the few that
        # have a turn can slip past the limit.
        with self._passwords.threads.turn(deadline.left(), Party(one_client(address), name)):
            account, at_home = self._look_up(name, address, deadline)
            right = self._passwords.check(account.password_hash if account else None, password)
            if account is None or account.disabled or not right:
                self._failed(name, account, address, deadline, correlation_id, at_home=at_home)
                raise Refused(401, "credentials_invalid")
            renewed = self._passwords.hash(password) if self._passwords.outdated(account.password_hash) else None
            here, now = _here(name, address), self._clock.now()
            with self._database.transaction(deadline) as tx:
                count_along(tx, LOGGED_IN, here, now)
                note(tx, AT_HOME, here, now)
                forget(tx, FAILED_HERE, here)
                if renewed is not None:
                    queries.rehash(tx, name, renewed)
                trail.logged_in(tx, account.actor, address, now, correlation_id)
        return LoggedIn(Bearer(account.actor, account.generation), account.must_change_password)

    def verify(self, token: str, deadline: Deadline, *, first: bool = False) -> Actor:
        """Who the bearer of the token is. Raises Refused 401: `token_revoked` when the account was disabled, its
        password or assignments changed, or the token was given back, after it was made; and 403
        `password_change_required` while others know the password, but for what comes `first`.

        Asked in the database with every request: whatever copy of the gateway answers, the next request is refused.
        """
        bearer = self._verifier.read(token, self._clock.now())
        with self._database.alone(deadline) as tx:
            now = queries.standing(tx, bearer.actor.id, token_digest(token))
        if now is None or now.ended or now.generation != bearer.generation:
            raise Refused(401, "token_revoked")
        if now.must_change_password and not first:
            raise Refused(403, "password_change_required")
        return replace(bearer.actor, name=now.full_name, nip=now.nip)

    def current(self, name: str, deadline: Deadline) -> queries.Account:
        """The account as it is now. Raises Refused 401 when it is gone or disabled."""
        with self._database.transaction(deadline) as tx:
            account = queries.find(tx, name)
        if account is None or account.disabled:
            raise Refused(401, "token_revoked")
        return account

    def _look_up(self, name: str, address: str, deadline: Deadline) -> tuple[queries.Account | None, bool]:
        """The account, and whether it is at home there. Raises Refused 429."""
        here, now = _here(name, address), self._clock.now()
        counts = [
            Count(AT_HOME, here),
            Count(LOGGED_IN, here),
            Count(FAILED_AT_HOME, here),
            Count(FAILED_HERE, here),
            Count(FAILED_BY_ACCOUNT, name),
            Count(FAILED_BY_ADDRESS, one_client(address)),
        ]
        with self._database.transaction(deadline) as tx:
            home, done, *failed = read(tx, counts, now)
            wait = failed[0].wait if home.late else max(tally.wait for tally in failed[1:])
            if wait:
                raise Refused(429, "login_locked", params={"retry_after": wait})
            if done.late:
                raise Refused(429, "login_too_often", params={"retry_after": done.wait})
            return queries.find(tx, name), home.late

    def _failed(
        self,
        name: str,
        account: queries.Account | None,
        address: str,
        deadline: Deadline,
        correlation_id: str | None,
        *,
        at_home: bool,
    ) -> None:
        now, by_here = self._clock.now(), FAILED_AT_HOME if at_home else FAILED_HERE
        with self._database.transaction(deadline) as tx:
            here = tally(tx, by_here, _here(name, address), now).tries == by_here.most
            anywhere = tally(tx, FAILED_BY_ACCOUNT, name, now).tries == FAILED_BY_ACCOUNT.most
            address_locked = tally(tx, FAILED_BY_ADDRESS, one_client(address), now).tries == FAILED_BY_ADDRESS.most
            locks = {"account_locked": here or anywhere, "address_locked": address_locked}
            trail.refused(tx, name, account, address, now, correlation_id, **locks)
        log.warning("login_failed", locked=here or anywhere or address_locked)


def _here(name: str, address: str) -> str:
    """An account at a network."""
    return f"{network(address) or address} {name}"
