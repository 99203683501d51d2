"""What a service type is: the declared way that each of its cases follows. Pure values; `mpp.catalogue` loads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from mpp.casework.codes.series import NumberSeries
from mpp.casework.rules.online import FiledOnline
from mpp.casework.rules.paper import PaperSpec, Signer
from mpp.casework.rules.roles import FormRole
from mpp.casework.rules.tariff import TariffRow
from mpp.casework.time.durations import Duration
from mpp.json_values import JsonObject, mapping, optional_text

Text = Mapping[str, str]  # {"id": ..., "en": ...}

FIELD_TYPES = (
    "text",
    "date",
    "integer",
    "money",
    "boolean",
    "choice",
    "name",
    "nik",
    "no_kk",
    "person_name",
    "phone",
    "region",
    "office",
    "group",
)
ClockWanted = Literal["none", "running", "stopped", "ended"]
CLOCK_STATES: tuple[ClockWanted, ...] = ("none", "running", "stopped", "ended")
ESCALATION_LADDER = ("supervisor", "head", "inspectorate")  # after the officer, in this order
Waiting = Literal["office", "applicant", "nobody"]
WAITING_ON: tuple[Waiting, ...] = ("office", "applicant", "nobody")


@dataclass(frozen=True)
class FormField:
    """One typed field of a form or of an action's data. `max` is a length for text, a bound for numbers; `in_district`
    asks for a kecamatan or a place in one, not for the whole kabupaten; `role` says in which role a NIK names
    somebody."""

    name: str
    type: str
    label: Text
    required: bool = True
    min: int | None = None
    max: int | None = None
    choices: tuple[tuple[str, Text], ...] = ()
    fields: tuple[FormField, ...] = ()
    not_future: bool = False
    not_past: bool = False
    office_kinds: tuple[str, ...] = ()
    in_district: bool = False
    role: FormRole | None = None


@dataclass(frozen=True)
class Condition:
    """Holds when the form's field has one of the values."""

    field: str
    values: tuple[str | int | bool, ...]

    def holds(self, data: JsonObject) -> bool:
        """Whether the data have the field with one of the values."""
        return self.field in data and data[self.field] in self.values


@dataclass(frozen=True)
class Requirement:
    """What the applicant must show, always or only `when` a condition holds. `produced_by` is the code of the service
    type that issues it, where the mall itself does; `public` says that anybody will see its photos, so that they may
    not tell where and by whom they were taken; `form` is the code of the form that is printed for it and comes back
    signed by hand."""

    code: str
    name: Text
    required: bool = True
    when: Condition | None = None
    produced_by: str | None = None
    public: bool = False
    form: str | None = None

    def needed(self, data: JsonObject) -> bool:
        """Whether a case with this form data needs it."""
        return self.required and (self.when is None or self.when.holds(data))


@dataclass(frozen=True)
class TaskSpec:
    """A task that a state opens.

    `office` is `owner`, `superior` (it hears appeals against the owner), `origin`, `origin.<kind>` (the office of that
    kind above the origin), an office code, or `data.<field>` of the case. `on_due` is the action that the mall takes by
    itself when the task's own time has run out; `on_complete` the one that it takes when the last missing requirement
    was a paper of the mall, and has come.
    `of_levy`: the task's clock counts the time to pay the levy, from the assessment on.
    """

    code: str
    label: Text
    office: str
    role: str
    sla: Duration | None = None
    on_due: str | None = None
    of_levy: bool = False
    on_complete: str | None = None


@dataclass(frozen=True)
class Escalation:
    """A step of the ladder: who is told when a clock is overdue by `after`. None: as soon as it is overdue."""

    to: str
    after: Duration | None = None


@dataclass(frozen=True)
class Join:
    """Where a case goes when the last of its parallel tasks is done: to `refused` if any of them was refused."""

    to: str
    refused: str | None = None


@dataclass(frozen=True)
class State:
    """One station of the way. `clock` says what the statutory clock does while the case stands here."""

    code: str
    label: Text
    next_step: Text
    clock: ClockWanted = "running"
    waiting_on: Waiting = "office"
    tasks: tuple[TaskSpec, ...] = ()
    join: Join | None = None
    ends: bool | None = None

    @property
    def decided(self) -> bool:
        """Whether the matter is decided here, so that the statutory clock has ended."""
        return self.clock == "ended"

    @property
    def final(self) -> bool:
        """Whether a case ends here. With `ends` False something is left to do after the decision."""
        return self.decided if self.ends is None else self.ends


@dataclass(frozen=True)
class Action:
    """What somebody may do in a state.

    - `task`: the task that it closes; then only who holds one of `roles` at the task's office may take it. Without a
      task, who holds one at the owner's office, or the applicant where `roles` names that role.
    - `to`: the state after it; None leaves that to the join of the state.
    - `when`: only cases whose form says so; `guards`: what else must hold (`workflow.GUARDS`); `closed_after`: the
      actions of which none may have been taken; `not_by`: who took one of these in this case does not take this one.
    - `documents`: the requirements that must be fulfilled, before or with it; `papers`: what people will hold.
    - `signature`: the signer says in which capacity, in the data field `capacity`.
    - `effects`: what else happens, by the names that the service offers; `event`: the last word of the event's type.
    """

    code: str
    label: Text
    from_states: tuple[str, ...]
    to: str | None
    roles: tuple[str, ...]
    task: str | None = None
    outcome: str = "done"
    note_required: bool = False
    data: tuple[FormField, ...] = ()
    documents: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    number: bool = False
    signature: bool = False
    event: str = "updated"
    when: Condition | None = None
    closed_after: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    papers: tuple[PaperSpec, ...] = ()

    @property
    def paper(self) -> PaperSpec | None:
        return self.papers[0] if self.papers else None


@dataclass(frozen=True)
class HoldingLimit:
    """How many permits of a group of services one person may hold at once. `place` are the form fields that name the
    place: a person holds at most one permit for a place. Empty where places do not matter."""

    group: str
    per_person: int
    place: tuple[str, ...] = ()


@dataclass(frozen=True)
class Track:
    """A shorter or longer time for those cases of a service `when` the form says so.

    `applicant` is who may ask for it (person or organisation; None: both), `bounds` the least and the greatest value
    that a number field of the form may have on it.
    """

    code: str
    when: Condition
    sla: Duration
    applicant: str | None = None
    bounds: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Levy:
    """What the applicant pays (SKRD).

    `series` makes its number; `due` is the time to pay. The action `assess` sets it (its data hold `amount`, in whole
    rupiah); the bank takes the action `paid`. `accepts_late`: money that comes after the last day sends the case on,
    too; otherwise a person decides.
    """

    series: NumberSeries
    due: Duration
    assess: str
    paid: str
    accepts_late: bool = True


@dataclass(frozen=True)
class Previous:
    """Applications that build on an earlier permit of the same service, such as a renewal.

    `kind` is the form field that says what is applied for, and `of` its values that need an earlier permit; `number` is
    the form field with the number of that permit. The value `renewal` may be filed only from `opens` before the
    permit's end on.
    """

    kind: str
    number: str
    of: tuple[str, ...]
    renewal: str | None = None
    opens: Duration | None = None

    def asked(self, data: JsonObject) -> bool:
        """Whether an application builds on a permit."""
        return data.get(self.kind) in self.of


@dataclass(frozen=True)
class Default:
    """A value that no law sets, so that each region decides it: its key under `region_sets`, and every place of the
    file that it means, with what stands there."""

    key: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ServiceType:
    """One entry of the service catalogue."""

    code: str
    version: int
    collection: str
    name: Text
    owner: str
    level: str
    standard: Mapping[str, Text]
    sla: Duration
    clock_office_kind: str
    initial: str
    states: Mapping[str, State]
    actions: Mapping[str, Action]
    initial_incomplete: str | None = None
    applicant: str = "required"
    anonymous_allowed: bool = False
    deemed_approval: bool = False
    defaults: tuple[Default, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    form: tuple[FormField, ...] = ()
    fees: tuple[TariffRow, ...] = ()
    number: NumberSeries | None = None
    signers: tuple[Signer, ...] = ()
    filed_by: tuple[str, ...] = ("clerk",)
    filed_online: FiledOnline | None = None
    validity_years: int | None = None
    limit: HoldingLimit | None = None
    report_within: Duration | None = None
    due_soon: Duration | None = None
    extension: Duration | None = None
    escalation: tuple[Escalation, ...] = ()
    event: str = "submitted"
    tracks: tuple[Track, ...] = ()
    levy: Levy | None = None
    previous: Previous | None = None
    deemed_paper: PaperSpec | None = None
    life_events: tuple[str, ...] = ()  # by which people find it (`life_events.LIFE_EVENTS`)
    file: str = field(default="", compare=False)
    source: str = field(default="", compare=False, repr=False)
    digest: str = field(default="", compare=False)

    def track_of(self, data: JsonObject) -> Track | None:
        """The track of a case with this form data; None for the ordinary time."""
        return next((track for track in self.tracks if track.when.holds(data)), None)

    def sla_for(self, data: JsonObject) -> Duration:
        """The promised time of a case with this form data."""
        track = self.track_of(data)
        return self.sla if track is None else track.sla

    @property
    def series(self) -> tuple[NumberSeries, ...]:
        """What has numbers of its own: its documents, its levies, and what its actions make besides."""
        made = [paper.series for action in self.actions.values() for paper in action.papers]
        levy = None if self.levy is None else self.levy.series
        return tuple(dict.fromkeys(each for each in (self.number, levy, *made) if each is not None))

    @property
    def place_field(self) -> FormField | None:
        """The field of the form that says where the matter is; None: it is where it was filed."""
        return next((field for field in self.form if field.type == "region"), None)

    @property
    def fixed_fields(self) -> frozenset[str]:
        """Form fields on which the way of the case depends, so that no correction may change them."""
        found = {track.when.field for track in self.tracks}
        return frozenset(found if self.previous is None else found | {self.previous.kind, self.previous.number})

    def fee_on(self, day: date) -> int | None:
        """The fee in rupiah that holds on a day; None when the tariff does not say."""
        rows = [row for row in self.fees if row.holds_on(day)]
        return max(rows, key=lambda row: row.valid_from).amount if rows else None

    def missing(self, ticked: Mapping[str, bool], data: JsonObject) -> tuple[Requirement, ...]:
        """The requirements that a case with this form data has and that are not fulfilled."""
        return tuple(r for r in self.requirements if r.needed(data) and not ticked.get(r.code))

    def signed_as(self, data: JsonObject) -> Text | None:
        """The title under which the case was signed, from the case's data; None before it is signed."""
        for action in (each for each in self.actions.values() if each.signature):
            if action.code in data:
                capacity = optional_text(mapping(data, action.code), "capacity") or self.signers[0].capacity
                return next(s.title for s in self.signers if s.capacity == capacity)
        return None

    def actions_from(self, state: str) -> tuple[Action, ...]:
        """The actions that the state allows, in the order of the file."""
        return tuple(a for a in self.actions.values() if state in a.from_states)
