"""What a service may do with its database before it serves: demo data, and the account that makes all others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mpp.persistence.database import Database

WELL_KNOWN_PASSWORD = "rahasia-demo"  # noqa: S105 (printed by `make run`; of demo accounts only)


@dataclass(frozen=True)
class Seeding:
    """What demo data are made from. `password` is that of the demo accounts; None: the well-known one."""

    region: str
    person_key: bytes = field(repr=False)
    password: str | None = field(default=None, repr=False)


class Seeder(Protocol):
    """Adds the demo data that are not there yet (`ServiceDefinition.seed`); the names of demo accounts among them."""

    def __call__(self, database: Database, seeding: Seeding, /) -> Sequence[str] | None: ...


class DemoCheck(Protocol):
    """Whether demo data may come into this database (`ServiceDefinition.takes_demo`): not where people are at work."""

    def __call__(self, database: Database, /) -> bool: ...


class Warnings(Protocol):
    """What an operator should know of these rows (`ServiceDefinition.warnings`): a line each, Indonesian | English."""

    def __call__(self, database: Database, /) -> list[str]: ...


@dataclass(frozen=True)
class Proof:
    """One thing that was looked at, and what is wrong with it (None: nothing), each Indonesian | English.

    With `to_do` the rows are in order and somebody has to do something.
    """

    name: str
    problem: str | None = None
    to_do: bool = False


class Proofs(Protocol):
    """Proves on the rows what the service promises (`ServiceDefinition.proofs`), for the doctor; changes nothing."""

    def __call__(self, database: Database, /) -> Iterable[Proof]: ...


class FirstAccount(Protocol):
    """Makes the operator's account with this password in a mall that has none (`ServiceDefinition.first_account`).

    Says whether it did. Raises Problem for a password that no account may have.
    """

    def __call__(self, database: Database, region: str, password: str, /) -> bool: ...


class FirstOfficial(Protocol):
    """Makes an account with roles on the server itself (`ServiceDefinition.first_official`).

    Asks for the new password only where the account is new. Raises Problem where a second person could confirm it.
    """

    def __call__(
        self, database: Database, region: str, name: str, held: Sequence[tuple[str, str]], ask: Callable[[], str], /
    ) -> None: ...
