"""Whoever reads a code in the register, in a list or in the file of a case reads its name beside it."""

from __future__ import annotations

from tests.integration.permits.conftest import Office
from tests.support.permit_walks import file, take

PLACE = "Sukodono, Sukodono, Kabupaten Sidoarjo"
VALID, SUSPENDED = {"id": "Berlaku", "en": "Valid"}, {"id": "Dibekukan sementara", "en": "Suspended"}


def test_the_register_names_place_agency_and_status(office: Office) -> None:
    permit = office.act(office.issue(), "suspend")
    (line,) = office.list()["items"]
    for shown in (permit, line):
        assert (shown["region_name"], shown["issued_by_name"]) == (PLACE, "DPMPTSP")
    told = [(each["status_label"], each["office"], each["office_name"]) for each in permit["history"]]
    assert told == [(VALID, "dpmptsp", "DPMPTSP"), (SUSPENDED, "dpmptsp", "DPMPTSP")]
    assert office.verify(permit["verification"]["code"])["region_name"] == PLACE


def test_a_case_names_service_states_and_roles(office: Office) -> None:
    desks = office.desks
    case = take(desks, file(desks, "PRZ-SIP-DR"), "verify")
    (line,) = desks.ask("verifikator.dpmptsp", "permits", "list_cases")["items"]
    assert line["service_name"] == case["service"]["name"]
    step = case["timeline"][-1]
    assert (step["from_label"]["id"], step["to_label"]) == ("Diajukan", case["state_label"])
    assert case["timeline"][0]["from_label"] is None
    roles = {task["role"]: task["role_name"] for task in case["tasks"]}
    assert roles["verifier"] == {"id": "Verifikator", "en": "Verifier"}
    (task,) = desks.ask("teknis.dinkes", "permits", "worklist")["items"]
    assert task["role_name"] == roles[task["role"]]
