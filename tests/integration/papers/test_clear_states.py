"""What keeps a paper from being made is told to its signer and to the operator; once it is mended the paper is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog

from mpp.casework.rules.paper import PaperSpec
from mpp.catalogue import Catalogue
from mpp.files.folder import Folder
from mpp.jobs.kinds import Job
from mpp.papers.rendering.renderer import Renderer
from services.gateway.papers.later import PaperOf
from services.gateway.papers.making import NotMade
from tests.integration.permits.conftest import Office
from tests.support.desks import Desks
from tests.support.papers import with_papers
from tests.support.press import SIGNER, Press

JOB = Job("-", "papers.make", "-", "permits", 1)
TEMPLATE = b'#import "/mpp/papers.typ": *\n#show: sheet.with()\n#emblem()\n#title()\n#closing()\n'
SHIPPED = Path(__file__).parents[3] / "mpp/papers/templates"


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """The folder of a region's papers: a template of its own, and an emblem."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "izin.typ").write_bytes(TEMPLATE)
    (folder / "emblem.svg").write_bytes((SHIPPED / "emblem.svg").read_bytes())
    return folder


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    """As everywhere here; the licence is printed with the region's template."""
    opened = with_papers(Desks(service_urls))
    kinds = {kind.code: kind for kind in opened.runtime.catalogue}
    actions = dict(kinds["PRZ-SIP-DR"].actions)
    actions["sign"] = replace(actions["sign"], papers=(PaperSpec("permit", "izin"),))
    kinds["PRZ-SIP-DR"] = replace(kinds["PRZ-SIP-DR"], actions=actions)
    opened.runtime.catalogue = Catalogue(list(kinds.values()))
    yield opened
    opened.close()


@pytest.fixture
def press(desks: Desks, gateway_url: str, region: Path, tmp_path: Path) -> Iterator[Press]:
    opened = Press(desks, gateway_url, tmp_path / "files")
    opened.maker._renderer = Renderer(region, opened.printer)
    yield opened
    opened.close()


def rewritten(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda region: (region / name).write_bytes(content) and None


def lost(name: str) -> Callable[[Path], None]:
    return lambda region: (region / name).unlink()


BROKEN: list[tuple[str, Callable[[Path], None]]] = [
    ("printing_broken_template", rewritten("izin.typ", TEMPLATE + b"#strong(")),
    ("printing_missing_font", rewritten("izin.typ", TEMPLATE + b'#set text(font: "Bookman Old Style")\nx')),
    ("printing_unreadable_image", rewritten("emblem.svg", b"GIF89a")),
    ("printing_lost_file", lost("izin.typ")),
    ("printing_lost_file", lost("emblem.svg")),
]


def waits_because(press: Press, case: dict[str, Any], code: str) -> str:
    """The paper of a case that waits: its signer's worklist says why, and the case is not decided."""
    seen = press.case(case)
    assert (seen["state"], seen["signing"]["failure"]) == (case["state"], code)
    items = press.counter.get("/api/v1/worklist", SIGNER).get_json()["items"]
    (item,) = (item for item in items if item["case_id"] == case["id"])
    assert (item["signing"]["failure"], item["signing"]["paper"]) == (code, seen["signing"]["paper"])
    return str(seen["signing"]["paper"])


@pytest.mark.parametrize(("code", "break_it"), BROKEN, ids=[f"{code} {n}" for n, (code, _) in enumerate(BROKEN)])
def test_what_breaks_while_the_mall_runs_is_told_and_the_paper_is_made_when_it_is_mended(
    press: Press, office: Office, region: Path, code: str, break_it: Callable[[Path], None]
) -> None:
    whole = {path: path.read_bytes() for path in region.iterdir()}
    ready = office.ready()
    break_it(region)
    with structlog.testing.capture_logs() as told:
        assert press.decide(ready).status_code == 200
    paper = waits_because(press, ready, code)
    assert [(line["paper"], line["reason"]) for line in told if line["event"] == "paper.not_made"] == [(paper, code)]
    (payload,) = press.rows("SELECT payload FROM jobs WHERE kind = 'papers.make'")
    with pytest.raises(NotMade, match=code):  # the job is a dead letter in the end, which names it to the operator
        press.finisher.finish(PaperOf.from_json(payload), JOB)
    for path, content in whole.items():
        path.write_bytes(content)
    press.finisher.finish(PaperOf.from_json(payload), JOB)
    assert press.case(ready)["state"] == "issued"


def test_a_disk_that_is_full_is_told_and_the_paper_is_made_when_there_is_room(
    press: Press, office: Office, tmp_path: Path
) -> None:
    ready = office.ready()
    roomy = press.keeper.folder
    press.keeper.folder = Folder(tmp_path / "files", reserve=2**62)  # there is never so much room
    press.decide(ready)
    paper = waits_because(press, ready, "storage_full")
    assert press.rows("SELECT sha256 FROM contents") == [], "nothing is half there"
    assert office.told() == [], "and nothing is told"
    press.keeper.folder = roomy
    signed = press.ask("POST", paper, "signature", json={})
    assert signed.get_json()["status"] == "issued", "its signer need not wait for the job"
    assert press.case(ready)["state"] == "issued"


def test_how_many_papers_wait_and_why_is_a_metric(press: Press, office: Office, region: Path, desks: Desks) -> None:
    from datetime import timedelta

    from services.gateway.metrics import papers_awaiting

    def measured() -> dict[tuple[str, str], float]:
        (family,) = papers_awaiting.collect()
        return {(s.labels["collection"], s.labels["failure"]): s.value for s in family.samples if s.value}

    (region / "izin.typ").unlink()
    press.decide(office.ready())
    office.decide("penandatangan.dpmptsp", office.ready(1), "sign")
    press.finisher.look()
    assert measured() == {("permits", "printing_lost_file"): 1.0, ("permits", "none"): 1.0}
    (region / "izin.typ").write_bytes(TEMPLATE)
    desks.clock.advance(timedelta(minutes=1))
    press.finisher.look()
    for payload in press.rows("SELECT payload FROM jobs WHERE kind = 'papers.make'"):
        press.finisher.finish(PaperOf.from_json(payload), JOB)
    press.finisher.look()
    assert measured() == {}
