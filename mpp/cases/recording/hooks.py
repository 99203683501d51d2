"""What a service adds to the common casework: its own rules when a case is opened, and the effects of its actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.names import NameIndex
from mpp.casework.access.actors import Actor
from mpp.casework.case.changes import Change
from mpp.casework.codes.series import NumberSeries
from mpp.casework.refusals import FieldError
from mpp.casework.rules.answers import CaseWarning
from mpp.casework.rules.service_type import ServiceType
from mpp.contracts.papers import IN_FORCE
from mpp.hosting.runtime import Runtime
from mpp.identity.roles import Known
from mpp.json_values import JsonObject, mapping

if TYPE_CHECKING:
    from mpp.cases.papers.rows import PaperRow
    from mpp.cases.recording.holders import Holder
    from mpp.cases.recording.host import CaseHost
    from mpp.cases.recording.work import Work


@dataclass(frozen=True)
class Drawn:
    """What a document is known by: its legal number (empty where it has none), and the verification code on its paper
    (in capitals, without groups); `others`: the same of the papers that were made with it, by their names."""

    number: str
    code: str
    others: Mapping[str, Drawn] = field(default_factory=dict)


@dataclass(frozen=True)
class Recalled:
    """A document that was issued before there were papers: what a paper that is printed later says of it. `code` is
    None where it has none yet."""

    number: str | None
    code: str | None
    facts: JsonObject


Write = Callable[["Work", Drawn], JsonObject]


def _settles_nothing(work: Work) -> JsonObject:
    return {}


def _takes_nothing(work: Work) -> tuple[str, ...]:
    return ()


def nothing_left(work: Work, drawn: Drawn) -> JsonObject:
    """For an effect that has written everything before the number was drawn."""
    return {}


@dataclass(frozen=True)
class Effect:
    """What an action does beyond the case, in four parts; with a paper, the first three run when the decision is made
    and the last when the paper is signed, `lock` both times.

    - `lock` takes the rows that it needs (lock order: case, then these, then number) and says by Refused why not.
    - `prepare` settles everything that is printed: flat JSON, which also reaches `apply`. It changes no register. Of an
      action with several papers, `_papers` has what stands on one of them alone, by its name, there with `_number` and
      `_supersedes`; an optional paper of which it says nothing is not made.
    - `claims` are what no other paper may take while this one is being signed (`mpp.cases.papers.rows.claimed`).
    - `apply` reads what it needs, on the record as it will be stored, and returns what writes the rest: that runs with
      the number drawn and may only queue (`mpp.persistence.pipelined.later`), since everybody else waits for the next
      number. It gives what the body of the case shows from then on, in place of what `Hooks.extra` has found.

    `draws` says which series of its own it draws a number from; `recall`, of an effect that issues a document, what a
    case has issued before there were papers (None: nothing that is still to be printed).
    """

    apply: Callable[[Work, JsonObject], Write]
    lock: Callable[[Work], None] | None = None
    prepare: Callable[[Work], JsonObject] = _settles_nothing
    claims: Callable[[Work], tuple[str, ...]] = _takes_nothing
    draws: Callable[[ServiceType], NumberSeries | None] | None = None
    recall: Callable[[Work], Recalled | None] | None = None
    needs_number: bool = True


@dataclass(frozen=True)
class PaperSought:
    """A paper that somebody names: by the case that it comes from, its number, or the code printed on it."""

    today: date
    case: str | None = None
    number: str | None = None
    verification: str | None = None


@dataclass(frozen=True)
class IssuedPaper:
    """What a service issued and keeps as a record of its own (`document`). `status` is of the day asked for, one of
    `mpp.contracts.papers`; `until` its last day."""

    service: str
    case: str
    document: str
    number: str
    holder: Holder
    status: str
    until: date | None = None

    @property
    def in_force(self) -> bool:
        return self.status == IN_FORCE


def _keeps_no_register(tx: Connection, sought: PaperSought) -> IssuedPaper | None:
    return None


def _nothing_follows(work: Work) -> None:
    return None


def _no_objection(work: Work) -> list[FieldError]:
    return []


def _nothing_more(tx: Connection, record: Record) -> JsonObject:
    return {}


def _as_given(tx: Connection, runtime: Runtime, service_type: ServiceType, body: JsonObject) -> JsonObject:
    return mapping(body, "data")


def _in_no_register(tx: Connection, number: str, today: date) -> bool | None:
    return None


def _builds_on_nothing(work: Work) -> list[Change]:
    return []


def _nothing_to_look_at(tx: Connection, host: CaseHost, record: Record) -> list[CaseWarning]:
    return []


# What a service's own register says of persons, by NIK; nothing of those whom it does not hold.
Register = Callable[[Connection, Sequence[str]], Mapping[str, Known]]


def in_no_register_of_persons(tx: Connection, niks: Sequence[str]) -> Mapping[str, Known]:
    """That of a service that keeps none."""
    return {}


def _never(record: Record, actor: Actor) -> bool:
    return False


@dataclass(frozen=True)
class Hooks:
    """A service's own part.

    - `entity` names its cases in events; `extra` adds to the body of a case, `ended` does what follows from its end.
    - `carry_over` gives the form data of a request with what an earlier document holds (its `data` is a mapping);
      `follow` is what an open case takes over when that document was corrected, changes of data and of people.
    - `find_paper` is a look into the register of what the service issued; `in_force` says whether the document of a
      number holds on a day (suspended counts; None: the register has no such number).
    - `settled` is what follows when a paper was signed that no action of the catalogue has made, by what made it: the
      correction of a register.
    - `names` are those of the service's own tables by which people are found; `warnings` are what whoever decides an
      open case in the applicant's favour must answer (`mpp.casework.rules.answers`).
    - `keep` writes down what the service keeps of a case beside it, when it is filed and whenever it was corrected.
    - `known` is what its own register says of persons, by NIK; it counts before what a NIK says of itself.
    """

    entity: str
    effects: Mapping[str, Effect] = field(default_factory=dict)
    check_open: Callable[[Work], list[FieldError]] = _no_objection
    extra: Callable[[Connection, Record], JsonObject] = _nothing_more
    carry_over: Callable[[Connection, Runtime, ServiceType, JsonObject], JsonObject] = _as_given
    follow: Callable[[Work], list[Change]] = _builds_on_nothing
    hide_applicant: Callable[[Record, Actor], bool] = _never
    ended: Callable[[Work], None] = _nothing_follows
    find_paper: Callable[[Connection, PaperSought], IssuedPaper | None] = _keeps_no_register
    settled: Mapping[str, Callable[[Work, PaperRow], None]] = field(default_factory=dict)
    names: Sequence[NameIndex] = ()
    in_force: Callable[[Connection, str, date], bool | None] = _in_no_register
    warnings: Callable[[Connection, CaseHost, Record], list[CaseWarning]] = _nothing_to_look_at
    keep: Callable[[Work], None] = _nothing_follows
    known: Register = in_no_register_of_persons

    @property
    def may_hide(self) -> bool:
        """Whether any applicant is ever hidden from who sees the case."""
        return self.hide_applicant is not _never

    @property
    def keeps_register(self) -> bool:
        """Whether a register of its own says which of its papers hold."""
        return self.find_paper is not _keeps_no_register
