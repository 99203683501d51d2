"""Legal numbers: how they are written."""

from datetime import date

import pytest

from mpp.casework.codes.numbers import NumberTemplate

ISSUED = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("503/{seq:4}/{code}/{office}/{year}", {"code": "SIP", "office": "438.5.18"}, "503/0038/SIP/438.5.18/2026"),
        ("{code}/{seq:3}/{office}/{year}", {"code": "S-11", "office": "35.15.14.2013"}, "S-11/038/35.15.14.2013/2026"),
        ("B/{seq:3}/{classification}/{roman_month}/{year}", {"classification": "400.3.8.8"}, "B/038/400.3.8.8/XI/2026"),
        ("SKPWNI/{region:4}/{date}/{seq:4}", {"region": "35.15.14"}, "SKPWNI/3515/03112026/0038"),
        ("{region:4}-LU-{date}-{seq:4}", {"region": "35.15"}, "3515-LU-03112026-0038"),
        ("{seq}.{day}.{month}.{year}", {}, "38.03.11.2026"),
    ],
)  # fmt: skip
def test_a_number_as_printed(template: str, values: dict[str, str], expected: str) -> None:
    assert NumberTemplate.parse(template).render(seq=38, date=ISSUED, **values) == expected


def test_roman_months() -> None:
    template = NumberTemplate.parse("{seq}/{roman_month}/{year}")
    months = [template.render(seq=1, date=date(2026, month, 1)).split("/")[1] for month in range(1, 13)]
    assert months == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]


def test_a_padded_sequence_is_never_cut() -> None:
    assert NumberTemplate.parse("{seq:2}/{year}").render(seq=12345, date=ISSUED) == "12345/2026"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{seq}/{mayor}/{year}", "unknown part {mayor}"),
        ("{seq}/{}/{year}", "unknown part {}"),
        ("{seq}/{year!r}", "unknown part {year!r}"),
        ("{seq:04}/{year}", "unknown part {seq:04}"),
        ("{seq}/{year:2}", "{year} takes no width"),
        ("{seq}/{year", "brace"),
        ("seq}/{seq}/{year}", "brace"),
        ("{{seq}}/{year}", "brace"),
        ("503/{year}", "exactly one {seq}"),
        ("{seq}/{seq}/{year}", "exactly one {seq}"),
        ("503/{seq}", "{year} or {date}"),
        ("503/{seq}/{year}\n", "only letters"),
        ("503/{seq}/{year} ", "only letters"),
        ("<b>/{seq}/{year}", "only letters"),
    ],
)
def test_a_bad_template_is_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(ValueError) as error:
        NumberTemplate.parse(text)
    assert reason in str(error.value)


def test_a_part_without_a_value_is_named() -> None:
    with pytest.raises(ValueError, match=r"no value for \{office\}"):
        NumberTemplate.parse("{seq}/{office}/{year}").render(seq=1, date=ISSUED)
    with pytest.raises(ValueError, match="too short"):
        NumberTemplate.parse("{seq}/{region:4}/{year}").render(seq=1, date=ISSUED, region="35")
    with pytest.raises(ValueError, match="starts at 1"):
        NumberTemplate.parse("{seq}/{year}").render(seq=0, date=ISSUED)
