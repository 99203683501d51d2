"""What a service announces of itself; `mpp` never imports a service, it finds them by entry point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from itertools import chain
from typing import Any

from mpp.hosting.announcing import PaperEvents, PersonEvents


@dataclass(frozen=True)
class CommandGroup:
    """`mpp NAME ...`, for who looks after the service: "module:name" of a typer application, and what it is about."""

    name: str
    place: str
    about: str


@dataclass(frozen=True)
class ServiceDefinition:
    """One service of the mall, in its own words. It gets no database, no key and no right that is not named here.

    A text of the form "module:name" is imported only where it is needed.
    """

    name: str
    service_class: str

    # Its database has the shared tables and those of these packages (`mpp.persistence.migrate`); None: it has none.
    migrations: tuple[str, ...] | None = None

    # What passes between it and the others.
    answers_calls: bool = False
    calls_services: bool = False  # any of those that answer
    publishes: str | None = None  # the module of the contracts of its events; None: it publishes none
    subscribes: tuple[str, ...] = ()  # patterns of event types
    follows_persons: bool = False  # hears what anybody's events tell of persons
    follows_papers: bool = False  # hears what anybody's events tell of papers
    person_events: PersonEvents = PersonEvents()  # which of its own events tell of persons
    paper_events: PaperEvents = PaperEvents()  # which of its own events tell of papers
    shares_papers: bool = False  # tells the others what it issues (`<name>.paper.*`), and hears the same of them

    # The keys that its process is given.
    signs_tokens: bool = False
    knows_persons: bool = False  # the key that makes pseudonyms, the same for all who do
    gives_secrets: bool = False  # a key that nobody else has, for the secrets of its applicants
    publishes_keys: bool = False  # everybody's public keys of papers; it must be told them
    paper_kinds: tuple[str, ...] = ()  # what its own key of papers may sign, now or ever; none: no key

    # It hosts the cases of a collection, whose tracking codes begin with the letter.
    collection: str | None = None
    tracking_letter: str | None = None
    catalogue: str | None = None
    hooks: str | None = None

    keeps_documents: bool = False  # in the folder that the settings name; it is not ready without it

    metrics: str | None = None  # "module:name" that counts rows of its own for /metrics, given its Database and name
    seed: str | None = None  # "module:name" of a `Seeder`
    takes_demo: str | None = None  # "module:name" of a `DemoCheck`; None: it has no objection
    warnings: str | None = None  # "module:name" of `Warnings`
    proofs: str | None = None  # "module:name" of `Proofs`
    restored: str | None = None  # "module:name" of an `AfterRestore`
    first_account: str | None = None  # "module:name" of a `FirstAccount`
    first_official: str | None = None  # "module:name" of a `FirstOfficial`
    commands: tuple[CommandGroup, ...] = ()  # of `mpp`, beside those that every mall has
    walk: str | None = None  # "module:name" of what `mpp demo` runs against a mall at work: its URL in, exit status out

    @property
    def hears(self) -> tuple[str, ...]:
        """All patterns of event types that its queue is bound for."""
        persons = person_events().told if self.follows_persons else ()
        papers = paper_events().types if self.follows_papers else ()
        return (*self.subscribes, *persons, *papers, *self.papers_elsewhere, *self.paper_types)

    @property
    def papers_elsewhere(self) -> tuple[str, ...]:
        """Patterns of what is told of papers that it keeps in no register of its own: those of the others, and its own
        where it tells of them in no other way."""
        known = (self.name,) if self.paper_events.types else ()
        return tuple(f"{name}.paper.*.v1" for name in self._sharing if name not in known)

    @property
    def paper_types(self) -> tuple[str, ...]:
        """Patterns of what is asked and answered about the papers of a service type, from before they were needed."""
        return tuple(f"{name}.paper_type.*.v1" for name in self._sharing)

    @property
    def _sharing(self) -> list[str]:
        return sorted(d.name for d in definitions().values() if d.shares_papers) if self.shares_papers else []

    @property
    def uses_broker(self) -> bool:
        """Whether it needs an account on the broker."""
        return self.answers_calls or self.calls_services or self.publishes is not None or bool(self.hears)


@cache
def definitions() -> dict[str, ServiceDefinition]:
    """Every installed service by name, those last that call the others."""
    found = [entry.load() for entry in entry_points(group="mpp.services")]
    return {d.name: d for d in sorted(found, key=lambda d: (d.calls_services, d.name))}


def case_services() -> dict[str, ServiceDefinition]:
    """The services that keep cases, by collection."""
    return {d.collection: d for d in definitions().values() if d.collection is not None}


def callers() -> frozenset[str]:
    """The services that may call others, by which each knows whose calls to answer."""
    return frozenset(d.name for d in definitions().values() if d.calls_services)


@cache
def person_events() -> PersonEvents:
    """What all services together tell of persons."""
    each = [d.person_events for d in definitions().values()]
    return PersonEvents(_all(e.told for e in each), _all(e.deceased for e in each), _all(e.many for e in each))


@cache
def paper_events() -> PaperEvents:
    """What all services together tell of papers."""
    each = [d.paper_events for d in definitions().values()]
    return PaperEvents(
        _all(e.issued for e in each),
        _all(e.in_force_again for e in each),
        tuple(chain.from_iterable(e.not_coming for e in each)),
        tuple(chain.from_iterable(e.lost for e in each)),
    )


def resolve(place: str) -> Any:
    """The object that "module:name" names; whoever asks says what it must be."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def _all(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(parts))
