"""Accounts that are made on the server itself, before there is anybody who could make or confirm them over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mpp import regions
from mpp.casework.access.actors import ROLES, SYSTEM, Assignment
from mpp.clock import Clock, SystemClock
from mpp.json_values import JsonObject
from mpp.operations.problem import Problem
from mpp.persistence.database import Database
from services.gateway.accounts import queries
from services.gateway.accounts.administration import PASSWORD_MIN, RESERVED
from services.gateway.accounts.commands import OPERATOR, WATCHER, listed, tell
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.seed import assignments_in
from services.gateway.accounts.strength import too_easy, weakness, words_of
from services.gateway.threads import HereAndNow

ACCOUNT_NAME = r"[a-z0-9][a-z0-9._-]{2,63}"


def operator(database: Database, region: str, password: str, clock: Clock | None = None) -> bool:
    """Make the account `operator`, which makes all others; False where it is there already, which stays as it is.

    Its password stands in a file: it must be changed first. Raises Problem for one that no account may have.
    """
    clock = clock or SystemClock()
    with database.transaction() as tx:
        if queries.find(tx, OPERATOR) is not None:
            return False
        hashed = _hashed(password, OPERATOR, region, "MPP_OPERATOR_PASSWORD")
        held = [assignments_in(regions.load(region).offices)["operator"]]
        made = queries.add(tx, OPERATOR, hashed, held, clock.now(), must_change=True)
        if made:
            tell(tx, SYSTEM, clock.now(), "account_created", {"account": OPERATOR, "assignments": listed(held)})
    return made


def official(
    database: Database, region: str, name: str, held: Sequence[tuple[str, str]], ask: Callable[[], str]
) -> None:
    """Make an account with these (role, office), or add them to one that is there, without a second person.

    Only as long as there is none: at most one account that can log in is an operator's or the inspectorate's. For an
    account that is made, `ask` says the first password, which must be changed first. Raises Problem.
    """
    clock, wanted = SystemClock(), _assignments(region, name, held)
    with database.transaction() as tx:
        if queries.holders(tx, (OPERATOR, WATCHER)) > 1:
            raise Problem(
                "sudah ada orang kedua (operator atau inspektorat): pakai `mpp accounts create` atau `assign`, lalu "
                "`mpp accounts confirm` oleh yang lain",
                "there is a second person (operator or inspectorate): use `mpp accounts create` or `assign`, and let "
                "the other one run `mpp accounts confirm`",
            )
        before = queries.find(tx, name, lock=True)
        if before is not None:
            after = list(dict.fromkeys((*before.actor.assignments, *wanted)))
            queries.assign(tx, name, after)
            told: JsonObject = {"before": listed(before.actor.assignments), "after": listed(after)}
            tell(tx, SYSTEM, clock.now(), "account_assigned", {"account": name, "on_server": True, **told})
            return
        queries.add(tx, name, _hashed(ask(), name, region, "sandi"), wanted, clock.now(), must_change=True)
        told = {"account": name, "on_server": True, "assignments": listed(wanted)}
        tell(tx, SYSTEM, clock.now(), "account_created", told)


def _assignments(region: str, name: str, held: Sequence[tuple[str, str]]) -> list[Assignment]:
    if not re.fullmatch(ACCOUNT_NAME, name) or name in RESERVED:
        raise Problem(f"nama akun {name!r} tidak dapat dipakai", f"no account can have the name {name!r}")
    offices = regions.load(region).offices
    for role, office in held:
        if role not in ROLES:
            raise Problem(f"peran {role!r} tidak dikenal ({', '.join(ROLES)})", f"there is no role {role!r}")
        if office not in offices:
            hint = f"kantor {office!r} tidak dikenal: lihat `mpp offices list`"
            raise Problem(hint, f"there is no office {office!r}")
    return [Assignment(office, role) for role, office in held]


def _hashed(password: str, name: str, region: str, called: str) -> str:
    if len(password) < PASSWORD_MIN:
        raise Problem(
            f"{called} paling sedikit {PASSWORD_MIN} huruf", f"{called} has at least {PASSWORD_MIN} characters"
        )
    if weakness(password, name, words_of(regions.load(region).offices)) is not None:
        raise too_easy(called)
    return Passwords(HereAndNow()).hash(password)
