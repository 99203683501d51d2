"""A service that another application serves: the mall lists it and says where it is; it has no case (ADR 0036)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mpp.casework.rules.service_type import Default, Text


@dataclass(frozen=True)
class LinkedService:
    """One service of another application.

    `standard` has the six components that are published. `loket` says in words where one is served in person;
    `address` is where the application is, an https address, None where no source names one. `defaults` are the values
    that no source has confirmed, so that the region decides them.
    """

    code: str
    name: Text
    owner: str
    standard: Mapping[str, Text]
    loket: Text
    address: str | None = None
    life_events: tuple[str, ...] = ()
    defaults: tuple[Default, ...] = ()
    file: str = field(default="", compare=False)
