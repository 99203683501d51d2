"""What a contract is, and the schema that the events of all cases share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, NamedTuple

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, types
from marshmallow.validate import Regexp

from mpp.json_values import JsonObject

VILLAGE = "35.15.14.2013"  # where the cases of the examples are filed
PUBLIC: Final = "public"
INTERNAL: Final = "internal"
Classification = Literal["public", "internal"]


class AgainstContract(ValueError):
    """Data that are not what a contract says. The text names the fields of the contract that are wrong, no values."""


class EventSchema(Schema):
    """Strict when written; read it with `unknown=EXCLUDE`."""

    class Meta:
        unknown = RAISE


SchemaClass = type[EventSchema]  # named here, since a contract's own `type` hides the builtin


@dataclass(frozen=True)
class EventContract:
    """One event type in one version. `example` is a real instance; `of_case` marks steps of a case's workflow."""

    type: str
    schema: SchemaClass
    title: Mapping[str, str]
    example: JsonObject
    classification: Classification = PUBLIC
    of_case: bool = False

    def check(self, data: JsonObject) -> None:
        """Raises marshmallow's ValidationError when the data is not exactly what the contract says."""
        _ready(self.schema).load(data)

    def read(self, data: JsonObject) -> JsonObject:
        """What a consumer takes from the data: the fields that it knows, others left out. Raises AgainstContract."""
        known = _ready(self.schema)
        try:
            known.load(data, unknown=EXCLUDE)
        except ValidationError as error:
            raise AgainstContract(", ".join(sorted(map(str, error.messages_dict)))) from None
        return {name: value for name, value in data.items() if name in known.fields}


@cache
def _ready(schema: SchemaClass) -> EventSchema:
    """One instance for all events: making one costs more than using it."""
    return schema()


def text(
    description: str, *, required: bool = True, none: bool = False, validate: types.Validator | None = None
) -> fields.String:
    """A string field that explains itself in the generated documents."""
    return fields.String(required=required, allow_none=none, metadata={"description": description}, validate=validate)


def moment(description: str, *, none: bool = False) -> fields.AwareDateTime:
    """An aware ISO 8601 moment."""
    return fields.AwareDateTime(required=True, allow_none=none, metadata={"description": description})


def day(description: str, *, none: bool = False, required: bool = True) -> fields.Date:
    """A calendar day, local to the region."""
    return fields.Date(required=required, allow_none=none, metadata={"description": description})


def region(description: str) -> fields.String:
    """A dotted Kemendagri region code."""
    return text(description, validate=Regexp(r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$"))


def person() -> fields.String:
    """A person as a keyed hash of the NIK: only in internal events."""
    return text("Pseudonym of the person: keyed hash of the NIK", validate=Regexp(r"^[0-9a-f]{64}$"))


class CaseEvent(EventSchema):
    """A step of a case. The subject of the event is the case."""

    service = text("Code of the service type in the catalogue")
    action = text("What was done")
    state = text("State of the case after it")
    previous_state = text("State before it; null for the first", none=True)
    office = text("Office where the case stands now")
    office_of_origin = text("Office that took the case in")
    due_at = moment("Promised date; null while the clock does not run", none=True)
    held = fields.Boolean(required=True, metadata={"description": "Whether the case is on hold"})


class CaseDeadline(EventSchema):
    """A clock of a case, of the whole or of one stage, has reached a threshold. The subject is the case."""

    service = text("Code of the service type in the catalogue")
    state = text("State of the case")
    stage = text("Code of the task whose clock it is; null for the promised date of the whole case", none=True)
    office = text("Office where the work waits")
    office_of_origin = text("Office that took the case in")
    due_at = moment("When the clock is or was due")
    assigned = fields.Boolean(required=True, metadata={"description": "Whether a clerk has claimed the work"})
    escalated_to = text("Step of the escalation ladder that it went to: supervisor, head, inspectorate", none=True)


class Step(NamedTuple):
    """One step of a case: its title, and what the example shows (the action, the states around it, the office)."""

    indonesian: str
    english: str
    action: str
    before: str | None
    after: str
    office: str
    clock_runs: bool = True
    service: str | None = None  # where the example is of another service type than the rest


def case_events(service: str, entity: str, code: str, steps: Mapping[str, Step]) -> list[EventContract]:
    """The contracts of a service's case steps: `<service>.<entity>.<step>.v1` for each of `steps`.

    The examples are steps of the service type `code` that is filed in a village. The mall's own steps are added.
    """
    first = next(iter(steps.values()))
    found = []
    for step, made in {**steps, **_built_in_steps(first.after, first.office)}.items():
        example = {
            "service": made.service or code,
            "action": made.action,
            "state": made.after,
            "previous_state": made.before,
            "office": made.office,
            "office_of_origin": VILLAGE,
            "due_at": "2026-11-27T08:00:00+00:00" if made.clock_runs else None,
            "held": step == "held",
        }
        title = {"id": made.indonesian, "en": made.english}
        found.append(EventContract(f"{service}.{entity}.{step}.v1", CaseEvent, title, example, of_case=True))
    return found + [_deadline(f"{service}.{entity}", code, first, *told) for told in _DEADLINES]


_DEADLINES = (
    ("due_soon", "Hampir jatuh tempo", "Due soon", None),
    ("overdue", "Melewati tenggat", "Overdue", "supervisor"),
    ("escalated", "Dinaikkan ke atasan", "Escalated", "inspectorate"),
)


def _deadline(
    entity: str, code: str, first: Step, name: str, indonesian: str, english: str, to: str | None
) -> EventContract:
    example = {
        "service": code,
        "state": first.after,
        "stage": None,
        "office": first.office,
        "office_of_origin": VILLAGE,
        "due_at": "2026-11-27T08:00:00+00:00",
        "assigned": False,
        "escalated_to": to,
    }
    return EventContract(f"{entity}.{name}.v1", CaseDeadline, {"id": indonesian, "en": english}, example)


def _built_in_steps(state: str, office: str) -> dict[str, Step]:
    """Steps that the mall itself makes, whatever the service type."""
    return {
        "updated": Step("Berkas diperbarui", "Case updated", "note", state, state, office),
        "withdrawn": Step("Ditarik oleh pemohon", "Withdrawn by the applicant", "withdraw", state, "withdrawn", office,
                          clock_runs=False),
        "held": Step("Ditangguhkan", "Put on hold", "hold", state, state, office, clock_runs=False),
        "extended": Step("Tenggat diperpanjang", "Deadline extended", "extend", state, state, office),
        "resumed": Step("Dilanjutkan kembali", "Resumed", "resume", state, state, office),
    }  # fmt: skip
