"""What a mall at work knows, for requests that get further than a 404: its cases, its papers, its words."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import requests

from mpp.casework.rules.built_in import BUILT_IN
from mpp.clock import new_id
from mpp.hosting.definition import case_services
from mpp.identity import demo as people
from services.gateway.api.requests.examples import open_case
from services.permits.domain.permit import DEEDS
from tests.support.desks import files_of
from tests.support.documents import png
from tests.support.mall import MPP, Mall, clean_environment

# Half of the time: the other half is for what nobody knows.
SHARE = 0.5
READER, CLERK = "inspektorat", "petugas.sukodono"  # who sees every case, and who has filed some
# Where which word is expected; the more exact rows are those of one address.
EVERYWHERE = {
    "body.service": "services",
    "query.service": "services",
    "path.code": "services",
    "body.action": "actions",
    "body.reason": "reasons",
    "body.applicant.nik": "people",
    "query.nik": "people",
    "query.requirement": "requirements",
    "header.If-Match": "versions",
    "path.document": "documents",
}
BY_ADDRESS = {
    **{rf"/v1/{collection}/\\{{id\\}}": {"path.id": collection} for collection in case_services()},
    r"/register/permits/\\{id\\}": {"path.id": "papers"},
    "/track/": {"path.tracking_code": "codes"},
    r"\\{service\\}": {"path.service": "hosts"},
}


def at_work(mall: Mall) -> str:
    """Walk the demo's cases through the mall; the id of a document that was handed in before, while everybody of the
    examples still lives: the demo lets somebody die."""
    document = _document(mall)
    environment = clean_environment(MPP_URL=mall.url)
    done = subprocess.run([str(MPP), "demo"], env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return document


def _document(mall: Mall) -> str:
    """One that was handed in for a case which is still open."""
    answer = _send(mall, "registrations", "application/json", json.dumps(open_case("registrations")))
    place = f"registrations/{answer['id']}/documents?requirement=family_card"
    return str(_send(mall, place, "image/png", png())["document"]["id"])


def _send(mall: Mall, place: str, kind: str, body: str | bytes) -> Any:
    headers = mall.log_in(CLERK) | {"Idempotency-Key": new_id(), "If-Match": '"1"', "Content-Type": kind}
    answer = requests.post(f"{mall.url}/api/v1/{place}", body, headers=headers, timeout=20)
    assert answer.status_code == 201, answer.text
    return answer.json()


def configuration(mall: Mall, base: Path, document: str) -> str:
    """The settings of schemathesis in `base`, with what the mall knows."""
    words = {name: sorted(set(values)) for name, values in _words(mall, document).items()}
    assert all(words.values()), words
    parts = [base.read_text()]
    parts += [f"[dictionaries.{name}]\nvalues = {json.dumps(values)}" for name, values in words.items()]
    parts.append(f"[parameters]\n{_bound(EVERYWHERE)}")
    parts += [
        f'[[operations]]\ninclude-path-regex = "{address}"\n[operations.parameters]\n{_bound(places)}'
        for address, places in BY_ADDRESS.items()
    ]
    return "\n\n".join(parts) + "\n"


def _bound(places: dict[str, str]) -> str:
    return "\n".join(
        f'"{place}" = {{ dictionary = "{name}", probability = {SHARE} }}' for place, name in places.items()
    )


def _words(mall: Mall, document: str) -> dict[str, list[str]]:
    _, catalogue, _ = files_of("35.15", ())
    pages = {name: mall.get(f"/api/v1/{name}?limit=50", READER)["items"] for name in case_services()}
    cases = [case for page in pages.values() for case in page]
    papers = mall.get("/api/v1/register/permits?limit=50", READER)["items"]
    return {
        **{name: [str(case["id"]) for case in page] for name, page in pages.items()},
        "codes": [str(case["tracking_code"]) for case in cases],
        "documents": [document],
        "papers": [str(paper["id"]) for paper in papers],
        "services": [kind.code for kind in catalogue],
        "requirements": [requirement.code for kind in catalogue for requirement in kind.requirements],
        "actions": [*BUILT_IN, *DEEDS, *(name for kind in catalogue for name in kind.actions)],
        "reasons": [reason for deed in DEEDS.values() for reason in deed.reasons],
        "hosts": [definition.name for definition in case_services().values()],
        "people": [people.resident(index).nik for index in range(5)],
        "versions": [f'"{number}"' for number in range(1, 6)],
    }
