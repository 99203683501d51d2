"""The check after the storm: a pure function over what the databases hold and what the load was told.

Every finding names the promise that was broken and where. An empty list of findings is the proof.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mpp.hosting.definition import paper_events
from tests.chaos.facts import Command, Database, InboxRow, KeptFile, Poison
from tests.chaos.finding import Finding
from tests.chaos.papers import check_papers

PAPERS = tuple(type_.removesuffix(".v1") for type_ in paper_events().types)
# Who listens to what: (service, subscription, beginnings of the event types)
SUBSCRIPTIONS: tuple[tuple[str, str, str | tuple[str, ...]], ...] = (
    ("gateway", "feed", ""),
    ("permits", "persons", "civil_registry.person."),
    ("complaints", "persons", "civil_registry.person."),
    ("permits", "papers", PAPERS),
)
WITH_ACTS = SUBSCRIPTIONS[:3]  # whose effects leave a row each, and whose events are broken on purpose
COLLECTIONS = {"permits": "permits", "registrations": "civil_registry", "complaints": "complaints"}
SYSTEM = "system"
Place = tuple[str, int]  # a case, and a version of it


@dataclass
class Report:
    """The findings, and the counts that a person wants to see."""

    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether every promise was kept."""
        return not self.findings

    def broken(self, promise: str) -> int:
        """How often this one was not."""
        return sum(1 for finding in self.findings if finding.promise == promise)


def check(
    ledger: Mapping[str, Command],
    databases: Mapping[str, Database],
    poison: Poison | None = None,
    files: Mapping[str, KeptFile] | None = None,
) -> Report:
    """Everything that must hold when all is drained. `databases` by service name, `files` by what they lie under; None:
    they are not looked at."""
    poison = poison or Poison()
    report = Report()
    report.findings += _commands(ledger, databases, report.counts)
    report.findings += _versions(databases)
    report.findings += _settled(databases, poison, report.counts)
    report.findings += _acts(databases, poison, report.counts)
    report.findings += _numbers(databases, report.counts)
    report.findings += check_papers(databases, files, report.counts)
    report.findings += _the_dead(databases, report.counts)
    report.findings += _feed(databases)
    return report


# ------------------------------------------------------------- guarantee 1


def _commands(
    ledger: Mapping[str, Command], databases: Mapping[str, Database], counts: dict[str, int]
) -> Iterator[Finding]:
    """lost, duplicated, unexpected: every 2xx once, no refusal at all, and nothing that nobody asked for."""
    done, begun = _marks(databases), _begun(databases)
    counts |= {"commands": len(ledger), "attempts": sum(c.attempts for c in ledger.values())}
    for outcome in ("accepted", "refused", "unknown"):
        counts[outcome] = sum(1 for c in ledger.values() if c.outcome == outcome)
    counts["recovered"] = sum(1 for c in ledger.values() if c.outcome == "unknown" and c.key in done)
    for key, command in ledger.items():
        places = done.get(key, [])
        first = begun.get(key, [])
        if command.outcome == "accepted" and not _is_there(command, places, first):
            yield Finding("lost", f"{command.kind} {key}")
        if len(places) > 1 or len(first) > 1:
            yield Finding("duplicated", f"{command.kind} {key}: {max(len(places), len(first))} times")
        if command.outcome == "refused" and (places or first):
            yield Finding("unexpected", f"refused {command.kind} {key} was done all the same")
    for key in (done.keys() | begun.keys()) - ledger.keys():
        yield Finding("unexpected", f"{key} was never asked for")
    numbers = {case.id: case.number for base in databases.values() for case in base.cases}
    for command in ledger.values():
        if command.outcome == "accepted" and command.number and numbers.get(command.id or "") != command.number:
            yield Finding("lost", f"number {command.number} of {command.id}")


def _is_there(command: Command, places: list[Place], begun: list[Place]) -> bool:
    """Whether what was answered is there. A decision with a paper is answered as it is by then: when it waits for its
    signature, or at any moment after."""
    answered = (command.id or "", command.version or 0)
    return answered in places or any(place[0] == answered[0] and place[1] <= answered[1] for place in begun)


def _marks(databases: Mapping[str, Database]) -> dict[str, list[Place]]:
    """Where each key left its mark, over all services, but for decisions that wait for a signature."""
    found: dict[str, list[Place]] = defaultdict(list)
    for base in databases.values():
        for case in base.cases:
            found[case.mark or f"case {case.id}"].append((case.id, 1))
        for step in base.steps:
            if step.version > 1 and step.actor != SYSTEM and step.begins is None:
                found[step.note or f"step {step.case_id}/{step.version}"].append((step.case_id, step.version))
    return found


def _begun(databases: Mapping[str, Database]) -> dict[str, list[Place]]:
    """Where each key of a decision with a paper left its first mark."""
    found: dict[str, list[Place]] = defaultdict(list)
    for base in databases.values():
        for step in base.steps:
            if step.begins is not None:
                found[step.note or f"step {step.case_id}/{step.version}"].append((step.case_id, step.version))
    return found


# ---------------------------------------------------------- guarantees 2, 4


def _versions(databases: Mapping[str, Database]) -> Iterator[Finding]:
    """Timelines and the outbox without a gap; one event for each change, and no event without one."""
    for service, base in databases.items():
        told: dict[str, list[int]] = defaultdict(list)
        for event in base.outbox:
            told[event.subject].append(event.version)
            if not event.published:
                yield Finding("unpublished", f"{service}: {event.type} {event.event_id}")
        for subject, versions in told.items():
            if sorted(versions) != list(range(1, len(versions) + 1)):
                yield Finding("outbox versions", f"{service}: {subject} has {sorted(versions)}")
        lines: dict[str, list[int]] = defaultdict(list)
        for step in base.steps:
            lines[step.case_id].append(step.version)
        changed = {case.id: case.version for case in base.cases} | {
            permit.id: permit.version for permit in base.permits
        }
        changed |= {person.person: person.version for person in base.residents} | base.cards
        for case in base.cases:
            if sorted(lines[case.id]) != list(range(1, case.version + 1)):
                yield Finding(
                    "timeline versions", f"{service}: {case.id} at {case.version} has {sorted(lines[case.id])}"
                )
        for subject, version in changed.items():
            if len(told[subject]) != version:
                yield Finding(
                    "change without its event", f"{service}: {subject} at {version}, {len(told[subject])} events"
                )


# ------------------------------------------------------------- guarantee 3


def _settled(databases: Mapping[str, Database], poison: Poison, counts: dict[str, int]) -> Iterator[Finding]:
    """(event, subscriber) settled exactly once, for the whole matrix; dead is what was poisoned and nothing else."""
    events = {event.event_id: event for base in databases.values() for event in base.outbox}
    injected = {event_id for event_id, _ in poison.broken}
    buried: Counter[str] = Counter()
    for service, subscription, prefix in SUBSCRIPTIONS:
        rows = {row.event_id: row for row in databases[service].inbox if row.subscription == subscription}
        wanted = {event_id for event_id, event in events.items() if event.type.startswith(prefix)}
        wanted |= injected if (service, subscription, prefix) in WITH_ACTS else set()
        counts[f"{service}.{subscription} settled"] = sum(
            1 for row in rows.values() if row.status in ("done", "ignored")
        )
        for event_id in wanted - rows.keys():
            yield Finding("event not received", f"{service}.{subscription}: {event_id}")
        for event_id, row in rows.items():
            if row.status == "dead" and event_id not in wanted:
                buried[service] += 1
            elif event_id not in wanted:
                yield Finding("unexpected event", f"{service}.{subscription}: {event_id} {row.status}")
            elif row.status == "ignored" and not _overtaken(row, rows.values()):
                yield Finding("event passed over", f"{service}.{subscription}: {event_id}")
            elif row.status not in ("done", "ignored"):
                yield Finding("event not settled", f"{service}.{subscription}: {event_id} {row.status}")
    for service, base in databases.items():
        known = {name for owner, name, _ in SUBSCRIPTIONS if owner == service}
        buried[service] += sum(1 for row in base.inbox if row.subscription not in known and row.status == "dead")
    counts["dead letters"] = sum(buried.values())
    expected = Counter(poison.undecodable)
    for service in databases:
        if buried[service] != expected[service]:
            yield Finding("dead letters", f"{service}: {buried[service]} instead of {expected[service]}")


def _overtaken(row: InboxRow, others: Iterable[InboxRow]) -> bool:
    """Whether a later version of the subject was done."""
    version = row.version or 0
    return any(o.subject == row.subject and o.status == "done" and (o.version or 0) > version for o in others)


def _acts(databases: Mapping[str, Database], poison: Poison, counts: dict[str, int]) -> Iterator[Finding]:
    """Acted once on each event that was done, not on others; the poisoned ones after their fix like any other."""
    events = {event.event_id: event for base in databases.values() for event in base.outbox}
    subjects = dict(poison.broken)
    for service, subscription, _ in WITH_ACTS:
        base = databases[service]
        if base.acts is None:
            continue
        wanted: Counter[tuple[str, int]] = Counter()
        for row in base.inbox:
            if row.subscription != subscription or row.status != "done":
                continue
            if row.event_id in subjects:
                if service != "gateway":
                    wanted[subjects[row.event_id], 1] += 1
            elif row.event_id in events:
                event = events[row.event_id]
                if service == "gateway" and event.public:
                    wanted[event.event_id, 1] += 1
                elif service != "gateway":
                    wanted[event.subject, event.version] += 1
        had = Counter((act.subject, act.version) for act in base.acts)
        counts[f"{service}.{subscription} effects"] = sum(had.values())
        for key in wanted.keys() | had.keys():
            if wanted[key] != had[key]:
                yield Finding("acted once", f"{service}.{subscription}: {key} {had[key]} times, not {wanted[key]}")


# ------------------------------------------------------------- guarantee 7


def _numbers(databases: Mapping[str, Database], counts: dict[str, int]) -> Iterator[Finding]:
    """Series without a gap; the number of a case is the number in the book, where that is not void."""
    counts["legal numbers"] = sum(len(base.numbers) for base in databases.values())
    for service, base in databases.items():
        books: dict[str, list[int]] = defaultdict(list)
        for row in base.numbers:
            books[row.series].append(row.seq)
        for series in books.keys() | base.series.keys():
            first, last = base.series.get(series, (1, 0))
            if sorted(books[series]) != list(range(first, last + 1)):
                yield Finding("number series", f"{service}: {series} {first}..{last} has {sorted(books[series])}")
        entered = Counter((row.case_id, row.number) for row in base.numbers if not row.void)
        carried = Counter((case.id, case.number) for case in base.cases if case.number is not None)
        for case_id, number in (entered - carried) + (carried - entered):
            yield Finding("number of a case", f"{service}: {case_id} {number}")


# ------------------------------------------- the reactions to a death


def _the_dead(databases: Mapping[str, Database], counts: dict[str, int]) -> Iterator[Finding]:
    """Open applications are held, permits lapsed: for the dead, once each, caused by their death, and for no others."""
    register, licensing = databases["civil_registry"], databases["permits"]
    dead = {person.person for person in register.residents if person.status == "deceased"}
    deaths = {e.event_id: e.subject for e in register.outbox if e.type == "civil_registry.person.deceased.v1"}
    counts["deaths"] = len(dead)
    if Counter(deaths.values()) != Counter(dead):
        yield Finding("death announced once", f"{len(deaths)} announced, {len(dead)} in the register")
    for service in ("permits", "complaints"):
        copy = {person.person for person in databases[service].persons if person.status == "deceased"}
        for person in copy ^ dead:
            yield Finding("copy of the register", f"{service}: {person[:12]}")
    owners = {case.id: case.person for case in licensing.cases} | {p.id: p.person for p in licensing.permits}
    causes: Counter[tuple[str, str]] = Counter()
    for event in licensing.outbox:
        kind = event.type.removeprefix("permits.").removesuffix(".v1")
        if kind in ("application.held", "permit.lapsed"):
            causes[event.subject, kind] += 1
            if deaths.get(event.cause or "") != owners.get(event.subject):
                yield Finding("reaction without its cause", f"{event.type} {event.subject}")
    held = {c.id for c in licensing.cases if c.held is not None}
    lapsed = {p.id for p in licensing.permits if p.status == "lapsed"}
    must_hold = {c.id for c in licensing.cases if c.person in dead and not c.finished}
    must_lapse = {p.id for p in licensing.permits if p.person in dead}
    counts |= {"applications held": len(held), "permits lapsed": len(lapsed)}
    for name, kind, is_so, must in (
        ("held", "application.held", held, must_hold),
        ("lapsed", "permit.lapsed", lapsed, must_lapse),
    ):
        for subject in is_so ^ must:
            yield Finding(f"exactly the dead are {name}", subject)
        for subject in is_so:
            if causes[subject, kind] != 1:
                yield Finding("reaction once", f"{kind} of {subject}: {causes[subject, kind]} times")


def _feed(databases: Mapping[str, Database]) -> Iterator[Finding]:
    """The partners' feed: every public event once, nothing internal, positions without a gap."""
    public = {e.event_id for base in databases.values() for e in base.outbox if e.public}
    kept = Counter(event_id for event_id, _ in databases["gateway"].feed)
    for event_id in public ^ kept.keys():
        yield Finding("feed", f"{event_id} is {'missing' if event_id in public else 'not for partners'}")
    places = sorted(position for _, position in databases["gateway"].feed if position is not None)
    if places != list(range(1, len(places) + 1)) or any(n > 1 for n in kept.values()):
        yield Finding("feed", "positions have a gap, or an event is there twice")
