"""Gates that let each comer through so and so often: who only asks for the own is not counted with those who guess."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from mpp.casework.refusals import Refused
from mpp.clock import Clock
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.limits.addresses import one_client
from services.gateway.limits.queries import Count, Limit, count, count_along, read, tally

_MISSED = 404  # the answer to a wrong code and to a wrong secret


@dataclass(frozen=True)
class Guessing:
    """How often an address may try what strangers can guess: codes, and the secrets of cases.

    Whole offices and networks of telephones sit behind one address. So what is counted for an address are its misses:
    beyond `misses` a miss is answered 429 while those beside it who ask for their own go on; beyond `flood` nothing of
    this address is looked at. What is asked of one code or case from one address is bounded as well (`uses`), and
    the misses at one case (`misses_at_one`; None: there is nothing to miss but the code itself).
    """

    misses: Limit  # of the same kind as `flood`: it is one count
    flood: Limit
    uses: Limit
    misses_at_one: Limit | None = None

    @classmethod
    def of(cls, kind: str, *, misses_at_one: int | None = None) -> Guessing:
        """The limits that every kind has, in a minute each; the misses at one case in 15."""
        minute = timedelta(minutes=1)
        return cls(
            Limit(f"{kind}_missed", 60, minute),
            Limit(f"{kind}_missed", 600, minute),
            Limit(f"{kind}_used", 120, minute),
            None if misses_at_one is None else Limit(f"{kind}_missed_at", misses_at_one, timedelta(minutes=15)),
        )


class Gate:
    """Counts in the gateway's database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def pass_one(self, limit: Limit, who: str, deadline: Deadline) -> None:
        """Count one attempt. Raises Refused 429 `rate_limited` with `retry_after` when it is one too many."""
        with self._database.transaction(deadline) as tx:
            _refuse(count(tx, limit, who, self._clock.now()))

    @contextmanager
    def guess(self, rule: Guessing, address: str, subject: str, deadline: Deadline) -> Iterator[None]:
        """While somebody tries a code, or a secret at a case: `subject`. A Refused 404 of the block is a miss.

        Raises Refused 429 `rate_limited`: before the block where nothing is looked at any more, after it in place of
        the 404 that is one too many.
        """
        client = one_client(address)
        at_one = f"{client} {subject}"
        counts = [Count(rule.flood, client), Count(rule.uses, at_one)]
        if rule.misses_at_one is not None:
            counts.append(Count(rule.misses_at_one, at_one))
        now = self._clock.now()
        with self._database.alone(deadline) as tx:  # one trip: an honest request costs no more than that
            count_along(tx, rule.uses, at_one, now)
            flood, uses, *missed_here = read(tx, counts, now)
        _refuse(max(flood.wait, *(t.wait for t in missed_here), uses.ends_in if uses.tries > rule.uses.most else 0))
        try:
            yield
        except Refused as refused:
            if refused.status == _MISSED:
                self._miss(rule, client, at_one, deadline)
            raise

    def _miss(self, rule: Guessing, client: str, at_one: str, deadline: Deadline) -> None:
        now = self._clock.now()
        with self._database.transaction(deadline) as tx:
            if rule.misses_at_one is not None:
                count_along(tx, rule.misses_at_one, at_one, now)
            missed = tally(tx, rule.flood, client, now)
        _refuse(missed.ends_in if missed.tries > rule.misses.most else 0)


def _refuse(wait: int) -> None:
    if wait:
        raise Refused(429, "rate_limited", params={"retry_after": wait})
