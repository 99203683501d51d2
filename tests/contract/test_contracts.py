"""The rules of the published language: additive change only, no personal data, and CloudEvents that others can read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from cloudevents.core.bindings import rabbitmq
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields

from mpp.casework.rules.built_in import BUILT_IN
from mpp.catalogue import Catalogue, load, package_folder
from mpp.contracts import EventContract, all_contracts
from mpp.contracts.asyncapi import example_event, payload_schema
from mpp.contracts.base import INTERNAL, PUBLIC, AgainstContract
from mpp.hosting.definition import definitions
from mpp.identity.masking import mask_text
from mpp.messaging.brokers.port import CONTENT_TYPE
from mpp.messaging.events.event import from_message
from services.gateway.feed.queries import structured
from tests.contract.published import STORED, all_events, stored_form, without_prose

EVENTS = all_events()
OLD = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(STORED.glob("*.json"))}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
each_event = pytest.mark.parametrize("contract", EVENTS.values(), ids=EVENTS.keys())
each_old_event = pytest.mark.parametrize("old", OLD.values(), ids=OLD.keys())


def test_the_services_announce_exactly_the_published_events() -> None:
    assert all_contracts() == EVENTS


@each_event
def test_a_type_names_its_producer_entity_step_and_version(contract: EventContract) -> None:
    assert re.fullmatch(r"[a-z][a-z_]*\.[a-z][a-z_]*\.[a-z][a-z_]*\.v[1-9]\d*", contract.type)
    producer = contract.type.split(".")[0]  # its module, or one of its modules: permits, permits_way
    assert re.fullmatch(rf"base|papers|{producer}(_\w+)?", contract.schema.__module__.split(".")[-1])
    assert set(contract.title) == {"id", "en"}
    assert all(contract.title.values())


@each_event
def test_an_example_keeps_its_own_contract(contract: EventContract) -> None:
    contract.check(contract.example)
    assert set(contract.example) == set(contract.schema().fields), "an example shows every field"


@each_event
def test_a_writer_may_not_add_leave_out_or_misspell_a_field(contract: EventContract) -> None:
    with pytest.raises(ValidationError):
        contract.check({**contract.example, "nik": "3515140508689990"})
    for name, field in contract.schema().fields.items():
        rest = {key: value for key, value in contract.example.items() if key != name}
        if field.required:
            with pytest.raises(ValidationError):
                contract.check(rest)


@each_event
def test_a_reader_passes_over_fields_that_a_later_mall_adds(contract: EventContract) -> None:
    assert contract.read({**contract.example, "added_later": 1}) == contract.read(contract.example)


@each_event
@given(data=st.data())
@settings(max_examples=20)
def test_a_reader_refuses_whatever_else_stands_in_the_fields_and_quotes_none_of_it(
    contract: EventContract, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(contract.example)))
    value = data.draw(ANYTHING)
    told = {**contract.example, name: value}
    try:
        assert contract.read(told) == told
    except AgainstContract as refused:
        assert str(refused) == name


@each_event
def test_the_official_cloudevents_sdk_reads_what_we_write(contract: EventContract) -> None:
    event = example_event(contract)
    headers, body = event.to_message()
    read = rabbitmq.from_binary_event(rabbitmq.RabbitMQMessage(headers, CONTENT_TYPE, body))

    assert (read.get_id(), read.get_type(), read.get_source()) == (event.id, event.type, event.source)
    assert (read.get_subject(), read.get_time()) == (event.subject, event.time)
    assert read.get_data() == contract.example
    assert {name: read.get_extension(name) for name in ("subjectversion", "correlationid", "dataclassification")} == {
        "subjectversion": str(event.subjectversion),
        "correlationid": event.correlationid,
        "dataclassification": contract.classification,
    }


@each_event
def test_we_read_what_the_official_cloudevents_sdk_writes(contract: EventContract) -> None:
    event = example_event(contract)
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "datacontenttype": CONTENT_TYPE,
        **{name: getattr(event, name) for name in ("id", "type", "source", "subject", "time", "correlationid")},
        "subjectversion": str(event.subjectversion),
        "dataclassification": event.dataclassification,
    }
    written = rabbitmq.to_binary_event(CloudEvent(attributes, event.data))
    assert isinstance(written.body, bytes)
    assert from_message(written.headers, written.body, event.routing_key) == event


# --- within a version only additive change ---------------------------------------------------------------------------


def test_every_event_type_is_stored_and_none_ever_vanished() -> None:
    assert set(EVENTS) - set(OLD) == set(), "store them: python -m tests.contract.published"
    assert set(OLD) - set(EVENTS) == set(), "a published event type is gone; partners still wait for it"


@each_old_event
def test_an_event_written_long_ago_is_still_read(old: Mapping[str, Any]) -> None:
    EVENTS[old["type"]].read(old["data"])


@each_old_event
def test_nothing_that_a_partner_relies_on_has_gone(old: Mapping[str, Any]) -> None:
    assert broken_promises(old, EVENTS[old["type"]]) == []


def broken_promises(old: Mapping[str, Any], contract: EventContract) -> list[str]:
    """What was published of an event and does not hold any more."""
    now = payload_schema(contract.schema)
    found = []
    if contract.classification != old["classification"]:
        found.append("it has another classification")
    for name, field in old["properties"].items():
        if name not in now["properties"]:
            found.append(f"field {name} is gone")
        elif without_prose(now["properties"][name]) != field:
            found.append(f"field {name} means something else")
    found += [f"field {name} may be missing now" for name in old["required"] if name not in now.get("required", [])]
    new = set(now.get("required", [])) - set(old["required"])
    found += [f"field {name} is required, and old events lack it" for name in sorted(new)]
    return found


class _Gone(EVENTS["permits.permit.lapsed.v1"].schema):  # type: ignore[misc]
    class Meta:
        exclude = ("number",)


class _Retyped(EVENTS["permits.permit.lapsed.v1"].schema):  # type: ignore[misc]
    lapsed_on = fields.Integer(required=True)


class _Laxer(EVENTS["permits.permit.lapsed.v1"].schema):  # type: ignore[misc]
    reason = fields.String()


class _Stricter(EVENTS["permits.permit.lapsed.v1"].schema):  # type: ignore[misc]
    because = fields.String(required=True)


class _Longer(EVENTS["permits.permit.lapsed.v1"].schema):  # type: ignore[misc]
    verification_url = fields.String()


@pytest.mark.parametrize(
    ("schema", "promises"),
    [
        (_Gone, ["field number is gone", "field number may be missing now"]),
        (_Retyped, ["field lapsed_on means something else"]),
        (_Laxer, ["field reason may be missing now"]),
        (_Stricter, ["field because is required, and old events lack it"]),
        (_Longer, []),
    ],
)
def test_only_a_new_optional_field_is_no_break(schema: type[Any], promises: list[str]) -> None:
    contract = EVENTS["permits.permit.lapsed.v1"]
    changed = EventContract(contract.type, schema, contract.title, contract.example, contract.classification)
    assert broken_promises(stored_form(contract), changed) == promises


# --- no personal data ------------------------------------------------------------------------------------------------

# Words that may not stand in the name of a field of a public event.
PERSONAL = """
    nik kk npwp nip name nama fullname address alamat street phone telp telepon email mail person penduduk citizen
    applicant pemohon reporter pelapor proxy mother father ibu ayah child anak parent spouse religion agama sex gender
    job note notes text free comment message remark description narrative photo signature secret tracking
"""


def names_of(schema: type[Schema] | Schema) -> Iterator[str]:
    """The names of all fields, nested ones too."""
    for name, field in (schema() if isinstance(schema, type) else schema).fields.items():
        yield name
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from names_of(inner.schema)


@each_event
def test_no_field_of_a_public_event_suggests_personal_data(contract: EventContract) -> None:
    words = {word for name in names_of(contract.schema) for word in name.lower().split("_")}
    allowed = {"person", "tracking"} if contract.classification == INTERNAL else set()
    assert words & set(PERSONAL.split()) - allowed == set()


@each_event
def test_a_person_is_named_only_in_the_internal_events_of_registers_and_papers(contract: EventContract) -> None:
    service, entity = contract.type.split(".")[:2]
    of_person, of_paper = (service, entity) == ("civil_registry", "person"), entity == "paper"
    internal = of_person or of_paper or entity == "paper_type"
    assert contract.classification == (INTERNAL if internal else PUBLIC)
    names = set(names_of(contract.schema))
    assert (bool(names & {"person", "persons"}), "holder" in names) == (of_person, of_paper)


@each_event
def test_no_example_holds_an_identity_number(contract: EventContract) -> None:
    for value in contract.example.values():
        if value not in (contract.example.get("person"), contract.example.get("holder")):
            assert mask_text(str(value)) == str(value)


# --- examples that a partner's developer can believe -----------------------------------------------------------------

CASE_EVENTS = {type_: contract for type_, contract in EVENTS.items() if contract.of_case}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The shipped service types."""
    return load([package_folder(d.catalogue) for d in definitions().values() if d.catalogue is not None])


@pytest.mark.parametrize("contract", CASE_EVENTS.values(), ids=CASE_EVENTS.keys())
def test_an_example_of_a_case_is_a_step_that_its_service_type_knows(
    contract: EventContract, catalogue: Catalogue
) -> None:
    example, step = contract.example, contract.type.split(".")[2]
    kind = catalogue.get(example["service"])
    assert kind is not None
    if example["action"] == "open":
        assert (step, None, kind.initial) == (kind.event, example["previous_state"], example["state"])
    elif example["action"] in BUILT_IN or example["action"] == "hold":
        expected = "withdrawn" if example["action"] == "withdraw" else example["previous_state"]
        assert example["state"] == expected
        assert example["action"] == "hold" or BUILT_IN[example["action"]].event == step
    else:
        action = kind.actions[example["action"]]
        assert action.event == step
        assert example["previous_state"] in action.from_states
        join = kind.states[example["previous_state"]].join
        targets = {action.to} if action.to else {join and join.to, join and join.refused}
        assert example["state"] in targets
    state = kind.states.get(example["state"])
    running = state is not None and state.clock == "running" and not example["held"]
    assert (example["due_at"] is not None) == running


def test_the_feed_in_the_partners_page_is_one_that_could_be_read() -> None:
    page = (STORED.parents[2] / "docs" / "partners.md").read_text("utf-8")
    feed = json.loads(page.split("```json")[1].split("```")[0])
    (shown,) = feed["items"]
    contract = EVENTS[shown["type"]]
    contract.check(shown["data"])
    assert set(feed) == {"items", "next", "more"}
    assert list(shown) == list(structured(example_event(contract)))
