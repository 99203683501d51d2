"""The check of the papers: each decision has one in force, with one number, whose signed file is kept and good.

What was given up is there for everybody to see, and its number is void in the book.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from tests.chaos.facts import Database, KeptFile, PaperRow, StepRow
from tests.chaos.finding import Finding

IN_FORCE = ("issued", "superseded")
_COARSE = 0.02  # seconds by which a file system tells the time earlier or later than the clock


def check_papers(
    databases: Mapping[str, Database], files: Mapping[str, KeptFile] | None, counts: dict[str, int]
) -> Iterator[Finding]:
    """Everything that must hold of papers when nothing is under way."""
    rows = [paper for base in databases.values() for paper in base.papers]
    counts |= {
        "papers issued": sum(1 for paper in rows if paper.status in IN_FORCE),
        "papers given up": sum(1 for paper in rows if paper.status == "abandoned"),
    }
    for service, base in databases.items():
        for finding in (*_one_each(base), *_numbers(base), *_told(base)):
            yield finding._replace(where=f"{service}: {finding.where}")
    if files is not None:
        decided = {s.signs: s for base in databases.values() for s in base.steps if s.signs is not None}
        for paper in rows:
            if paper.status in IN_FORCE:
                yield from _file(paper, files.get(paper.sha256 or ""), decided.get(paper.id))


def _one_each(base: Database) -> Iterator[Finding]:
    """Papers are issued documents: one for each decision that was begun, and none without."""
    papers = {paper.id: paper for paper in base.papers}
    begun = Counter(step.begins for step in base.steps if step.begins is not None)
    decided = Counter(step.signs for step in base.steps if step.signs is not None)
    for paper in papers.values():
        wanted = 1 if paper.status in IN_FORCE else 0
        if paper.status == "awaiting":
            yield Finding("paper left behind", f"{paper.id} {paper.failure}")
        if begun[paper.id] == 1 and decided[paper.id] != wanted:
            yield Finding(
                "paper of a decision", f"{paper.id} is {paper.status}, and was decided {decided[paper.id]} times"
            )
    keys = {step.begins: step.note for step in base.steps if step.begins is not None}
    for step in base.steps:
        if step.signs in keys and step.note != keys[step.signs]:
            yield Finding("paper of a decision", f"{step.signs} was begun by {keys[step.signs]}, not by {step.note}")
    for paper_id in (begun | decided).keys() - papers.keys():
        yield Finding("paper of a decision", f"{paper_id} is not there")
    for paper_id, times in begun.items():
        if times != 1:
            yield Finding("paper of a decision", f"{paper_id} was begun {times} times")
    issued = Counter((paper.case_id, paper.action) for paper in papers.values() if paper.status == "issued")
    for (case_id, action), count in issued.items():
        if count > 1:
            yield Finding("paper of a decision", f"{case_id} has {count} papers of {action} in force")
    with_paper = {paper.case_id for paper in papers.values() if paper.status in IN_FORCE}
    for permit in base.permits:
        if permit.case_id not in with_paper:
            yield Finding("paper of a decision", f"permit {permit.id} was never signed")


def _numbers(base: Database) -> Iterator[Finding]:
    """A number stands on one paper; that of one that was given up is void, and no other is."""
    standing = Counter(paper.number for paper in base.papers if paper.status != "abandoned" and paper.number)
    given_up = {paper.number for paper in base.papers if paper.status == "abandoned"}
    book = {row.number: row for row in base.numbers}
    for number, times in standing.items():
        if times > 1 or number not in book or book[number].void:
            yield Finding("number of a paper", f"{number} is on {times} papers, in the book: {book.get(number)}")
    for number, row in book.items():
        if number not in standing and number not in given_up:
            yield Finding("number of a paper", f"{number} is on none")
        elif number not in standing and not row.void:
            yield Finding("number of a paper", f"{number} was given up and is not void")


def _told(base: Database) -> Iterator[Finding]:
    """While a decision waits for its signature nothing is told of it but that the case has changed."""
    begun = {(step.case_id, step.version) for step in base.steps if step.begins is not None}
    for event in base.outbox:
        if (event.subject, event.version) in begun and not event.type.endswith(".updated.v1"):
            yield Finding("told before it was signed", f"{event.type} of {event.subject}")


def _file(paper: PaperRow, file: KeptFile | None, decided: StepRow | None) -> Iterator[Finding]:
    if file is None:
        yield Finding("file of a paper", f"{paper.id}: nothing is kept")
        return
    if (file.sha256, file.size) != (paper.sha256, paper.size):
        yield Finding("file of a paper", f"{paper.id}: another content than was told")
    if paper.adapter == "local" and not file.signed:
        yield Finding("signature of a paper", paper.id)
    if decided is not None and file.since > decided.at + _COARSE:
        yield Finding("told before its file was kept", f"{paper.id}: {file.since - decided.at:.3f} s")
