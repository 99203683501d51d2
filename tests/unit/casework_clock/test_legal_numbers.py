"""Legal numbers: how they are written."""

from datetime import date

import pytest

from mpp.casework.codes.numbers import NumberTemplate
from mpp.casework.codes.series import Division, NumberSeries, day_of, district_of

ISSUED = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("503/{seq:4}/{code}/{office}/{year}", {"code": "SIP", "office": "438.5.18"}, "503/0038/SIP/438.5.18/2026"),
        ("{code}/{seq:3}/{office}/{year}", {"code": "S-11", "office": "35.15.14.2013"}, "S-11/038/35.15.14.2013/2026"),
        ("B/{seq:3}/{classification}/{roman_month}/{year}", {"classification": "400.3.8.8"}, "B/038/400.3.8.8/XI/2026"),
        ("SKPWNI/{region:4}/{date}/{seq:4}", {"region": "35.15.14"}, "SKPWNI/3515/03112026/0038"),
        ("{region:4}-LU-{date}-{seq:4}", {"region": "35.15"}, "3515-LU-03112026-0038"),
        ("SK-PBG-{district}-{date}-{seq:3}", {"district": "351514"}, "SK-PBG-351514-03112026-038"),
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
        ("{district:4}/{seq}/{year}", "{district} takes no width"),
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


# ------------------------------------------------------------------------- the books of a series

TEMPLATE = NumberTemplate.parse("{district}-{date}-{seq}")
BOOKS = [
    ((), "pbg", Division()),
    (("district",), "pbg.351514", Division("351514")),
    (("day",), "pbg.2026-11-03", Division(None, ISSUED)),
    (("district", "day"), "pbg.351514.2026-11-03", Division("351514", ISSUED)),
]


@pytest.mark.parametrize(("per", "name", "of"), BOOKS)
def test_the_name_of_a_book_says_what_it_is_of(per: tuple[str, ...], name: str, of: Division) -> None:
    series = NumberSeries("pbg", TEMPLATE, per=per)
    assert series.book("351514", ISSUED) == name
    others = [other for _, other, _ in BOOKS if other != name]
    assert [series.division(each) for each in (name, *others)] == [of, None, None, None]
    assert day_of(name) == of.day


@pytest.mark.parametrize(
    "name",
    ["pbg", "pbgx.351514.2026-11-03", "pbg.35151.2026-11-03", "pbg.351514.2026-11-31", "pbg.351514.20261103",
     "pbg.351514.2026-11-03.1", "pbg.2026-11-03.351514", "pbg.351514.2026-11-03\n"],
)  # fmt: skip
def test_no_other_name_is_one_of_a_book(name: str) -> None:
    assert NumberSeries("pbg", TEMPLATE, per=("district", "day")).division(name) is None


def test_a_kecamatan_is_that_of_the_village_and_a_whole_kabupaten_is_in_none() -> None:
    places = ("35.15.14.2013", "35.15.14", "35.15", "35")
    assert [district_of(place) for place in places] == ["351514", "351514", "", ""]
