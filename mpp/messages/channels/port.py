"""What a way to a person promises: it takes a message, or says why not; and it may know what became of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from mpp.messages.filling import Words


@dataclass(frozen=True)
class Outgoing:
    """A message as it is handed over. `id` is ours and the same at each try; `to` is a phone number or an address."""

    id: str
    to: str = field(repr=False)
    language: str
    words: Words


@dataclass(frozen=True)
class Taken:
    """The provider has it. `arrived`: nothing more will be heard, it counts as delivered."""

    provider_id: str | None = None
    arrived: bool = False


@dataclass(frozen=True)
class NotTaken:
    """The provider will not take it for this person: another try would end alike. `reason` is a code."""

    reason: str


@dataclass(frozen=True)
class Failed:
    """It did not work this time. `maybe_sent`: it may have gone out all the same."""

    reason: str
    maybe_sent: bool


@dataclass(frozen=True)
class NeverSeen:
    """The provider says that it does not know this message."""


Outcome = Taken | NotTaken | Failed


class Channel(Protocol):
    """One way. Neither method raises for what the other side does."""

    name: str
    can_tell: bool  # whether `ask` can know; where not, it is not asked

    def send(self, message: Outgoing) -> Outcome: ...

    def ask(self, id_: str) -> Taken | NotTaken | NeverSeen | Failed:
        """What became of a message. Failed: that could not be found out now."""
        ...
