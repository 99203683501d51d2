"""What the audit trail says of logging in, and how much at most: nobody fills the trail by guessing.

A person who is not logged in is `anonymous`: that somebody typed a name proves nothing. Of a name that no account has
only its first character is kept, as it may be a password in the wrong field; of an address only its network.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mpp.casework.access.actors import Actor
from mpp.identity.masking import STAR
from mpp.json_values import Json
from mpp.persistence.audit.trail import record
from services.gateway.accounts.queries import Account
from services.gateway.limits.addresses import network
from services.gateway.limits.queries import Limit, tally

if TYPE_CHECKING:
    from sqlalchemy import Connection

ANONYMOUS = Actor("anonymous")
_WINDOW = timedelta(minutes=15)
# Log-ins of one account that are told one by one: a partner's script may log in for each request.
SUCCESSES = Limit("trail_success", 20, _WINDOW)
# Failures that belong to no account, of the whole mall. Those of an account end with its lock-out.
STRANGERS = Limit("trail_stranger", 100, _WINDOW)


def logged_in(tx: Connection, actor: Actor, address: str, now: datetime, correlation_id: str | None) -> None:
    """An account was let in."""
    nth = tally(tx, SUCCESSES, actor.id, now).tries
    if nth > SUCCESSES.most + 1:
        return
    action = "logged_in" if nth <= SUCCESSES.most else "more_log_ins_not_listed"
    details = {"network": network(address)}
    record(
        tx, at=now, actor=actor, office=_office(actor), action=action, details=details, correlation_id=correlation_id
    )


def refused(
    tx: Connection,
    name: str,
    account: Account | None,
    address: str,
    now: datetime,
    correlation_id: str | None,
    *,
    account_locked: bool,
    address_locked: bool,
) -> None:
    """Somebody was not let in; `locked` where this failure begins a lock-out of the account or of the address."""
    action = "log_in_failed"
    office = None
    details: dict[str, Json] = {"network": network(address)}
    if account_locked or address_locked:
        details["locked"] = [w for w, is_ in (("account", account_locked), ("address", address_locked)) if is_]
    if account is None:
        details["name"] = hidden(name)
        nth = tally(tx, STRANGERS, "", now).tries
        if nth > STRANGERS.most + 1:
            return
        if nth > STRANGERS.most:
            action, details = "more_failures_not_listed", {}
    else:
        details |= {"account": account.actor.id, "disabled": account.disabled}
        office = _office(account.actor)
    record(tx, at=now, actor=ANONYMOUS, office=office, action=action, details=details, correlation_id=correlation_id)


def hidden(name: str) -> str:
    """The first character and stars, always as many."""
    return name[:1] + STAR * 5


def _office(actor: Actor) -> str | None:
    return actor.assignments[0].office if actor.assignments else None
