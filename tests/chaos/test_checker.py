"""The check finds each broken promise when it is planted, and nothing in a mall where all is well."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest

from tests.chaos.checker import Report, check
from tests.chaos.facts import (
    Act,
    CaseRow,
    Command,
    Database,
    InboxRow,
    KeptFile,
    NumberRow,
    OutboxRow,
    PaperRow,
    PermitRow,
    PersonRow,
    Poison,
    StepRow,
    read_ledger,
)

World = tuple[dict[str, Command], dict[str, Database]]
HASH = "a" * 64
DEAD, ALIVE = "p-dead", "p-alive"
POISON = Poison(undecodable=("permits",), broken=(("e-poison", "p-poison"),))


def event(event_id: str, type_: str, subject: str, version: int, cause: str | None = None) -> OutboxRow:
    public = ".person." not in type_
    return OutboxRow(event_id, f"{type_}.v1", f"{type_}.v1.35.15", subject, version, True, public, cause)


def healthy() -> World:
    """A licence issued, after a first paper of it was given up, and another one filed; the doctor died; somebody else's
    application waits."""
    permits = Database(
        cases=[
            CaseRow("c1", "k1", 5, DEAD, None, "N-1", True),
            CaseRow("c2", "k2", 2, DEAD, "applicant_deceased", None, False),
            CaseRow("c3", "k3", 1, ALIVE, None, None, False),
        ],
        steps=[
            StepRow("c1", 1, "clerk", "open", None),
            StepRow("c1", 2, "signer", "signing", "k7", begins="s0"),
            StepRow("c1", 3, "signer", "signing_abandoned", "k8"),
            StepRow("c1", 4, "signer", "signing", "k4", begins="s1"),
            StepRow("c1", 5, "signer", "sign", "k4", signs="s1", at=1000.0),
            StepRow("c2", 1, "clerk", "open", None),
            StepRow("c2", 2, "system", "hold", "applicant_deceased"),
            StepRow("c3", 1, "clerk", "open", None),
        ],
        outbox=[
            event("e1", "permits.application.submitted", "c1", 1),
            event("e8", "permits.application.updated", "c1", 2),
            event("e9", "permits.application.updated", "c1", 3),
            event("ea", "permits.application.updated", "c1", 4),
            event("e2", "permits.application.granted", "c1", 5),
            event("e3", "permits.permit.issued", "p1", 1),
            event("e4", "permits.application.submitted", "c2", 1),
            event("e5", "permits.application.submitted", "c3", 1),
            event("e6", "permits.application.held", "c2", 2, "d2"),
            event("e7", "permits.permit.lapsed", "p1", 2, "d2"),
        ],
        numbers=[
            NumberRow("dpmptsp/sip/2026", 2, "N-1", "c1"),
            NumberRow("dpmptsp/sip/2026", 1, "N-0", "c1", void=True),
        ],
        series={"dpmptsp/sip/2026": (1, 2)},
        papers=[
            PaperRow("s1", "c1", "sign", "N-1", "issued", "local", HASH, 9, None),
            PaperRow("s0", "c1", "sign", "N-0", "abandoned", "local", None, None, "printing_died"),
        ],
        permits=[PermitRow("p1", "c1", DEAD, "lapsed", 2)],
    )
    registry = Database(
        outbox=[
            event("d1", "civil_registry.person.registered", DEAD, 1),
            event("d2", "civil_registry.person.deceased", DEAD, 2),
            event("d3", "civil_registry.person.registered", ALIVE, 1),
        ],
        residents=[PersonRow(DEAD, "deceased", 2), PersonRow(ALIVE, "alive", 1)],
    )
    complaints = Database()
    for base in (permits, complaints):
        base.persons = [PersonRow(DEAD, "deceased", 2), PersonRow(ALIVE, "alive", 1), PersonRow("p-poison", "alive", 1)]
        base.inbox = [InboxRow(e.event_id, "persons", e.subject, e.version, "done") for e in registry.outbox]
        base.inbox.append(InboxRow("e-poison", "persons", "p-poison", 1, "done"))
        base.acts = [Act(row.subject or "", row.version or 0) for row in base.inbox]
    permits.inbox += [
        InboxRow(e.event_id, "papers", e.subject, e.version, "done")
        for e in permits.outbox
        if e.event_id in ("e3", "e7")
    ]
    permits.inbox.append(InboxRow("garbage", "persons", None, None, "dead"))
    gateway = Database(
        inbox=[InboxRow(e.event_id, "feed", e.subject, e.version, "done") for e in permits.outbox + registry.outbox],
        feed=[(e.event_id, n) for n, e in enumerate(permits.outbox, 1)],
        acts=[Act(e.event_id, 1) for e in permits.outbox],
    )
    gateway.inbox.append(InboxRow("e-poison", "feed", "p-poison", 1, "done"))
    ledger = {
        "k1": Command("k1", "open", "permits", "accepted", 1, "c1", 1),
        "k2": Command("k2", "open", "permits", "accepted", 3, "c2", 1),
        "k3": Command("k3", "open", "permits", "unknown", 2),
        "k4": Command("k4", "act", "permits", "accepted", 1, "c1", 5, "N-1"),
        "k5": Command("k5", "act", "permits", "refused", 1, "c2", code="version_stale"),
        "k6": Command("k6", "open", "permits", "unknown", 9),
        "k7": Command("k7", "act", "permits", "accepted", 1, "c1", 2),
        "k8": Command("k8", "act", "permits", "accepted", 1, "c1", 3),
    }
    return ledger, {"permits": permits, "civil_registry": registry, "complaints": complaints, "gateway": gateway}


def kept(**changed: Any) -> dict[str, KeptFile]:
    return {HASH: KeptFile(HASH, 9, 999.0, True)._replace(**changed)}


def checked(world: World, files: dict[str, KeptFile] | None = None) -> Report:
    return check(*world, POISON, kept() if files is None else files)


def test_nothing_is_found_where_all_is_well() -> None:
    report = checked(healthy())
    assert report.findings == []
    assert report.holds
    expected = {"accepted": 5, "refused": 1, "unknown": 2, "recovered": 1, "attempts": 19, "deaths": 1}
    expected |= {"applications held": 1, "permits lapsed": 1, "dead letters": 1, "legal numbers": 2}
    expected |= {"papers issued": 1, "papers given up": 1}
    assert {name: report.counts[name] for name in expected} == expected


def drop(rows: list[Any], index: int) -> None:
    del rows[index]


def change(rows: list[Any], index: int, **values: Any) -> None:
    rows[index] = rows[index]._replace(**values)


Plant = Callable[[dict[str, Command], Database, Database, Database], object]  # ledger, permits, registry, gateway

PLANTED: list[tuple[str, str, Plant]] = [
    ("lost", "an accepted case is not there", lambda led, p, r, g: drop(p.cases, 0)),
    ("lost", "an accepted action is not there", lambda led, p, r, g: change(p.steps, 2, note="k6")),
    ("lost", "the answer told another case", lambda led, p, r, g: change(p.cases, 0, mark="k2")),
    (
        "lost",
        "the answer told another number",
        lambda led, p, r, g: led.update(k4=replace(led["k4"], number="N-2")),
    ),
    ("duplicated", "a key has two cases", lambda led, p, r, g: change(p.cases, 2, mark="k1")),
    (
        "duplicated",
        "an action was done twice",
        lambda led, p, r, g: p.steps.append(StepRow("c1", 6, "x", "sign", "k4")),
    ),
    ("unexpected", "a refused action was done", lambda led, p, r, g: change(p.steps, 4, note="k5")),
    ("unexpected", "nobody asked for this case", lambda led, p, r, g: change(p.cases, 2, mark="k9")),
    ("unexpected", "a step without a key", lambda led, p, r, g: change(p.steps, 4, note=None)),
    ("unpublished", "an event stayed in the outbox", lambda led, p, r, g: change(p.outbox, 1, published=False)),
    ("outbox versions", "a version has no event", lambda led, p, r, g: drop(p.outbox, 0)),
    ("outbox versions", "a version has two", lambda led, p, r, g: p.outbox.append(p.outbox[0]._replace(event_id="x"))),
    ("timeline versions", "the timeline has a gap", lambda led, p, r, g: drop(p.steps, 0)),
    ("change without its event", "a permit changed silently", lambda led, p, r, g: change(p.permits, 0, version=3)),
    ("change without its event", "a card changed silently", lambda led, p, r, g: r.cards.update(card=2)),
    ("event not received", "a subscriber missed one", lambda led, p, r, g: drop(g.inbox, 0)),
    ("event not settled", "one still waits", lambda led, p, r, g: change(p.inbox, 1, status="retry")),
    ("event not settled", "a sound event is dead", lambda led, p, r, g: change(p.inbox, 1, status="dead")),
    ("event passed over", "ignored without a newer one", lambda led, p, r, g: change(p.inbox, 2, status="ignored")),
    ("unexpected event", "from nowhere", lambda led, p, r, g: p.inbox.append(InboxRow("x", "persons", "s", 1, "done"))),
    ("dead letters", "poison vanished", lambda led, p, r, g: drop(p.inbox, -1)),
    (
        "dead letters",
        "more than was injected",
        lambda led, p, r, g: g.inbox.append(InboxRow("x", "feed", None, None, "dead")),
    ),
    ("acted once", "twice", lambda led, p, r, g: p.acts.append(p.acts[0])),
    ("acted once", "settled without the effect", lambda led, p, r, g: drop(p.acts, 0)),
    ("acted once", "the replay did it twice", lambda led, p, r, g: p.acts.append(Act("p-poison", 1))),
    ("acted once", "an internal event reached the feed", lambda led, p, r, g: g.acts.append(Act("d1", 1))),
    ("number series", "a gap", lambda led, p, r, g: p.series.update({"dpmptsp/sip/2026": (1, 3)})),
    ("number series", "twice", lambda led, p, r, g: p.numbers.append(p.numbers[0])),
    ("number of a case", "not the one in the book", lambda led, p, r, g: change(p.numbers, 0, number="N-9")),
    ("lost", "what waited for its signature", lambda led, p, r, g: change(p.steps, 1, note="k6")),
    ("duplicated", "two papers of one decision", lambda led, p, r, g: change(p.steps, 1, note="k4")),
    ("unexpected", "a refused decision waits", lambda led, p, r, g: change(p.steps, 1, note="k5")),
    ("paper left behind", "nobody signed it", lambda led, p, r, g: change(p.papers, 0, status="awaiting")),
    ("paper of a decision", "decided, and not signed", lambda led, p, r, g: change(p.papers, 0, status="awaiting")),
    ("paper of a decision", "given up, and decided", lambda led, p, r, g: change(p.steps, 4, signs="s0")),
    ("paper of a decision", "by another command", lambda led, p, r, g: change(p.steps, 4, note="k7")),
    ("paper of a decision", "no paper", lambda led, p, r, g: drop(p.papers, 0)),
    ("paper of a decision", "two in force", lambda led, p, r, g: change(p.papers, 1, status="issued")),
    ("paper of a decision", "begun twice", lambda led, p, r, g: change(p.steps, 1, begins="s1")),
    ("paper of a decision", "a permit of nobody's", lambda led, p, r, g: change(p.permits, 0, case_id="c2")),
    ("number of a paper", "void, and in force", lambda led, p, r, g: change(p.numbers, 0, void=True)),
    ("number of a paper", "given up, and not void", lambda led, p, r, g: change(p.numbers, 1, void=False)),
    ("number of a paper", "on no paper", lambda led, p, r, g: drop(p.papers, 1)),
    ("number of a paper", "in no book", lambda led, p, r, g: change(p.papers, 0, number="N-9")),
    ("told before it was signed", "granted", lambda led, p, r, g: change(p.outbox, 3, type="permits.x.granted.v1")),
    ("death announced once", "not at all", lambda led, p, r, g: change(r.outbox, 1, type="x")),
    ("copy of the register", "permits did not learn it", lambda led, p, r, g: change(p.persons, 0, status="alive")),
    ("exactly the dead are held", "not held", lambda led, p, r, g: change(p.cases, 1, held=None)),
    ("exactly the dead are held", "a living one", lambda led, p, r, g: change(p.cases, 2, held="applicant_deceased")),
    ("exactly the dead are lapsed", "still valid", lambda led, p, r, g: change(p.permits, 0, status="valid")),
    ("reaction without its cause", "somebody else's death", lambda led, p, r, g: change(p.outbox, 8, cause="d3")),
    (
        "reaction once",
        "lapsed twice",
        lambda led, p, r, g: p.outbox.append(p.outbox[9]._replace(event_id="x", version=3)),
    ),
    ("feed", "an event is missing", lambda led, p, r, g: drop(g.feed, 0)),
    ("feed", "an internal event", lambda led, p, r, g: g.feed.append(("d2", 8))),
    ("feed", "a gap", lambda led, p, r, g: g.feed.__setitem__(0, ("e1", 99))),
]


@pytest.mark.parametrize(("promise", "what", "plant"), PLANTED, ids=[f"{p}: {w}" for p, w, _ in PLANTED])
def test_a_broken_promise_is_found(promise: str, what: str, plant: Plant) -> None:
    ledger, databases = healthy()
    plant(ledger, databases["permits"], databases["civil_registry"], databases["gateway"])
    assert checked((ledger, databases)).broken(promise)


OF_FILES = [
    ("file of a paper", {}),
    ("file of a paper", kept(sha256="b" * 64)),
    ("file of a paper", kept(size=8)),
    ("signature of a paper", kept(signed=False)),
    ("told before its file was kept", kept(since=1001.0)),
]


@pytest.mark.parametrize(("promise", "files"), OF_FILES)
def test_a_paper_whose_file_is_not_what_was_signed_is_found(promise: str, files: dict[str, KeptFile]) -> None:
    assert checked(healthy(), files).broken(promise)


def test_every_promise_of_the_check_has_been_planted() -> None:
    import re
    from pathlib import Path

    from tests.chaos import checker, papers

    sources = [Path(module.__file__ or "").read_text() for module in (checker, papers)]
    named = {name for source in sources for name in re.findall(r'Finding\(\s*f?"([^"]+)"', source)}
    named = {name for name in named if "{" not in name} | {"exactly the dead are held", "exactly the dead are lapsed"}
    assert named == {promise for promise, *_ in PLANTED} | {promise for promise, _ in OF_FILES}


def test_a_ledger_is_read_with_its_last_word_and_without_a_torn_line() -> None:
    sent = Command("k1", "open", "permits")
    lines = [json.dumps(asdict(c)) for c in (sent, replace(sent, outcome="accepted", id="c1", version=1))]
    assert read_ledger([*lines, '{"key": "k2", "ki'])["k1"].outcome == "accepted"
    assert read_ledger(lines[:1])["k1"].outcome == "unknown"
