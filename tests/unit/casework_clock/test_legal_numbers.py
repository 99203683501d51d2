"""Legal numbers: how they are written, and what a series allows."""

from datetime import date

import pytest

from mpp.casework.codes.numbers import NumberRefused, NumberTemplate, Series

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


def test_a_template_knows_its_parts() -> None:
    assert NumberTemplate.parse("503/{seq:4}/{code}/{year}").parts == {"seq", "code", "year"}


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


def test_a_series_has_no_gap() -> None:
    series = Series()
    given = []
    for _ in range(5):
        number, series = series.issue()
        given.append(number)
    assert given == [1, 2, 3, 4, 5]
    assert series.issued == 5


def test_a_paper_book_is_continued_until_the_mall_has_issued() -> None:
    series = Series.after_paper(38)
    assert series.issued == 0
    assert series.continue_from(40).issue()[0] == 41  # the clerk misread the book
    number, series = series.issue()
    assert number == 39
    with pytest.raises(NumberRefused, match="already_issued"):
        series.continue_from(50)
    with pytest.raises(ValueError, match="cannot end at -1"):
        Series.after_paper(-1)


def test_a_voided_number_stays_visible_and_is_not_given_again() -> None:
    _, series = Series.after_paper(38).issue()
    voided = series.void(39, " salah ketik ")
    assert voided.voided == ((39, "salah ketik"),)
    assert voided.issue()[0] == 40
    for number, reason, code in ((38, "x", "not_issued"), (40, "x", "not_issued"), (39, "x", "already_voided")):
        with pytest.raises(NumberRefused, match=code):
            voided.void(number, reason)
    with pytest.raises(NumberRefused, match="reason_missing"):
        series.void(39, " ")
