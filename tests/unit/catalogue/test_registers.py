"""What a file may say of substitutes, of late reports, and of whose register it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpp.casework.codes.numbers import NumberTemplate
from mpp.casework.rules.registers import RegisteredBy
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue import CatalogueError, examine_file
from tests.unit.catalogue.trying import GOOD, HOSTS, check

SIAK = "registered_by: {default: siak, outside: [{code: siak, name: {id: SIAK, en: SIAK}}]}\n"
SUBSTITUTE = GOOD.replace(
    "  - {code: identity, name: {id: KTP, en: Identity card}}\n",
    "  - code: identity\n    name: {id: KTP, en: Identity card}\n    when: {field: purpose, is: [new]}\n"
    "    one_of: [{code: passport, name: {id: Paspor, en: Passport}}]\n"
    "  - {code: witness, name: {id: Saksi, en: Witness}, beside: [passport]}\n",
)


def missing(kind: ServiceType, purpose: str, *there: str) -> list[str]:
    return [each.code for each in kind.missing(dict.fromkeys(there, True), {"purpose": purpose})]


def test_a_substitute_fulfils_and_what_stands_beside_it_is_then_asked_for(tmp_path: Path) -> None:
    kind = check(tmp_path, SUBSTITUTE)
    assert missing(kind, "new") == ["identity"], "nobody has to bring a substitute"
    assert missing(kind, "new", "identity") == []
    assert missing(kind, "new", "passport") == ["witness"]
    assert missing(kind, "new", "passport", "witness") == []
    assert missing(kind, "renewal") == [], "what is not asked for has no substitute either"


@pytest.mark.parametrize(("chosen", "now"), [(None, "siak"), ("mall", "mall"), ("outside", "siak")])
def test_the_region_chooses_among_the_registers_of_a_type(chosen: str | None, now: str) -> None:
    names = {"siak": {"id": "SIAK", "en": "SIAK"}}
    assert RegisteredBy("siak", names, chosen).now == now
    assert RegisteredBy("mall", names).now == "mall"
    assert RegisteredBy("mall", names, "outside").now == "siak"


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (GOOD.replace("sla: 5wd\n", f"sla: 5wd\n{SIAK}"), "needs `register: mall`"),
        (GOOD.replace("sla: 5wd\n", f"sla: 5wd\n{SIAK}"), "no action brings the word"),
        (GOOD.replace("      number: true\n", "      number: true\n      register: outside\n"), "there is no `reg"),
        (GOOD.replace("sla: 5wd\n", f"sla: 5wd\n{SIAK.replace('code: siak', 'code: mall')}"), "no code of an outside"),
        (GOOD.replace("sla: 5wd\n", "sla: 5wd\nreported_from: purpose\n"), "there is no `report_within`"),
        (GOOD.replace("sla: 5wd\n", "sla: 5wd\nreport_within: 60d\nreported_from: purpose\n"), "is no date"),
        (SUBSTITUTE.replace("beside: [passport]", "beside: [pasport]"), "unknown requirement 'pasport'"),
        (SUBSTITUTE.replace("field: purpose, is: [new]", "field: late, is: [true]"), "there is no `reported_from`"),
        (GOOD.replace("name: units", "name: late"), "the name is kept"),
    ],
)
def test_what_would_allocate_in_the_place_of_the_nations_register_is_refused(
    tmp_path: Path, spoilt: str, reason: str
) -> None:

    (tmp_path / "spoilt.yaml").write_text(spoilt, "utf-8")
    faults = examine_file(tmp_path / "spoilt.yaml", hosts=HOSTS)[1]
    assert any(reason in str(fault) for fault in faults), [str(fault) for fault in faults]


def test_a_number_of_another_mall_has_the_form_of_the_series() -> None:

    form = NumberTemplate.parse("{region:4}-LU-{date}-{seq:4}")
    assert form.fits("3515-LU-23112026-0107")
    assert form.fits("3515-LU-23112026-12345")
    for other in ("3515-LT-23112026-0107", "3515-LU-2311202-0107", "3515-LU-23112026-107", "x3515-LU-23112026-0107"):
        assert not form.fits(other), other


def test_a_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="pasport"):
        check(tmp_path, SUBSTITUTE.replace("beside: [passport]", "beside: [pasport]"))
