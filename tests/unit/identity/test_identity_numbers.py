"""NIK, no. KK, phone numbers and the person key. The numbers are invented (sequences 999x)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp import regions
from mpp.identity.kk import parse_kk
from mpp.identity.nik import parse_nik
from mpp.identity.person import person_key
from mpp.identity.phone import parse_phone
from mpp.identity.validation import InvalidIdentity

TODAY = date(2026, 11, 21)


def refusal(parse, *arguments) -> str:
    with pytest.raises(InvalidIdentity) as error:
        parse(*arguments)
    return error.value.code


# ------------------------------------------------------------------------------------------------ NIK


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        ("3515140508689990", "1968-08-05", "male"),
        ("3515144508689991", "1968-08-05", "female"),
        ("3515142902009990", "2000-02-29", "male"),
        ("3515142211269990", "1926-11-22", "male"),  # 2026 would be tomorrow
        ("3515142111269990", "2026-11-21", "male"),  # born today
        ("3515147112259990", "2025-12-31", "female"),
        ("3515142902289990", "1928-02-29", "male"),
        ("9699990101010001", "2001-01-01", "male"),  # a region that nobody knows
    ],
)
def test_a_nik_tells_birth_date_and_sex(number: str, born: str, sex: str) -> None:
    nik = parse_nik(number, TODAY)
    assert (nik.number, nik.birth_date.isoformat(), nik.sex, nik.warnings) == (number, born, sex, ())


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("3515142902019990", "invalid_date"),  # neither 2001 nor 1901 is a leap year
        ("3515147205909990", "invalid_date"),  # day 72
        ("3515140005909990", "invalid_date"),
        ("3515143205909990", "invalid_date"),
        ("3515144005909990", "invalid_date"),  # day 40: the 0th of a woman
        ("3515140513909990", "invalid_date"),
        ("3515147104909990", "invalid_date"),  # 31 April
        ("3515140508680000", "invalid_sequence"),
        ("351514050868999", "invalid_length"),
        ("35151405086899900", "invalid_length"),
        ("", "not_digits"),
        ("351514050868999O", "not_digits"),
        ("3515 1405 0868 9990", "not_digits"),
        ("٣٥١٥١٤٠٥٠٨٦٨٩٩٩٠", "not_digits"),
        ("3515140508689990\n3", "not_digits"),
    ],
)
def test_what_cannot_be_a_nik(number: str, code: str) -> None:
    assert refusal(parse_nik, number, TODAY) == code


def test_the_century_turns_with_the_day() -> None:
    assert parse_nik("3515142211269990", TODAY + timedelta(days=1)).birth_date == date(2026, 11, 22)
    assert parse_nik("3515140101009990", date(1999, 12, 31)).birth_date == date(1900, 1, 1)


def test_an_unknown_region_is_a_warning() -> None:
    known = {"35.15.14"}.__contains__
    assert parse_nik("3515140508689990", TODAY, known).warnings == ()
    other = parse_nik("3515990508689990", TODAY, known)
    assert (other.region, other.warnings) == ("35.15.99", ("region_unknown",))


def test_biodata_may_differ_from_the_nik_after_a_correction() -> None:
    nik = parse_nik("3515144508689991", TODAY)
    assert nik.disagreements(date(1968, 8, 5), "female") == ()
    assert nik.disagreements(date(1968, 8, 6), "male") == ("birth_date_differs", "sex_differs")
    assert nik.disagreements() == ()


@given(st.dates(TODAY - timedelta(days=36524), TODAY), st.sampled_from(["male", "female"]), st.integers(1, 9999))
def test_every_birth_date_of_the_last_hundred_years_comes_back(born: date, sex: str, sequence: int) -> None:
    day = born.day + (40 if sex == "female" else 0)
    nik = parse_nik(f"351514{day:02d}{born:%m%y}{sequence:04d}", TODAY)
    assert (nik.birth_date, nik.sex) == (born, sex)


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{16}", fullmatch=True))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        nik = parse_nik(text, TODAY)
    except InvalidIdentity:
        return
    assert nik.birth_date <= TODAY


def test_no_number_shows_in_errors_or_reprs() -> None:
    number = "3515140508689990"
    for value in (parse_nik(number, TODAY), parse_kk(number, TODAY)):
        assert number not in repr(value)
        assert "1968" not in repr(value)
    with pytest.raises(InvalidIdentity) as error:
        parse_nik("3515147205909990", TODAY)
    assert "3515" not in str(error.value)
    assert "812" not in repr(parse_phone("081234567890"))


@pytest.mark.parametrize(
    ("number", "warnings"),
    [
        ("3515140508689990", ()),  # Sukodono, Sidoarjo
        ("9671010508689990", ()),  # Kota Sorong in the newest province, of 2022
        ("3515990508689990", ("region_unknown",)),  # the demo residents' district, which does not exist
        ("1001010508689990", ("region_unknown",)),
        ("3500010508689990", ("region_unknown",)),
    ],
)
def test_a_district_that_is_not_in_the_decree_is_a_warning(number: str, warnings: tuple[str, ...]) -> None:
    assert parse_nik(number, TODAY, regions.exists).warnings == warnings


# ------------------------------------------------------------------------------------------------ other numbers


def test_a_family_card_number_has_the_date_of_recording() -> None:
    card = parse_kk("3515141203199990", TODAY, {"35.15.14"}.__contains__)
    assert (card.region, card.recorded_on, card.warnings) == ("35.15.14", date(2019, 3, 12), ())
    assert parse_kk("3515991203199990", TODAY, {"35.15.14"}.__contains__).warnings == ("region_unknown",)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("3515145203199990", "invalid_date"),  # no +40 on a family card
        ("3515141203190000", "invalid_sequence"),
        ("351514120319999", "invalid_length"),
        ("351514120319999x", "not_digits"),
    ],
)
def test_what_cannot_be_a_family_card_number(number: str, code: str) -> None:
    assert refusal(parse_kk, number, TODAY) == code


@pytest.mark.parametrize(
    ("written", "e164", "mobile"),
    [
        ("081234567890", "+6281234567890", True),
        ("+62 812-3456-7890", "+6281234567890", True),
        ("62 812 3456 7890", "+6281234567890", True),
        ("(031) 8921234", "+62318921234", False),
        ("+65 8123 4567", "+6581234567", True),
        ("0062 812 3456 7890", "+6281234567890", True),
        ("0065 8123 4567", "+6581234567", True),
    ],
)
def test_a_phone_number_as_written(written: str, e164: str, mobile: bool) -> None:
    phone = parse_phone(written)
    assert (phone.e164, phone.mobile) == (e164, mobile)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0812",
        "hallo",
        "+999123456789",
        "08123456789012345",
        "081234567890;ext=12",
        "0" * 300,
        "0812-3456-789O",
    ],
)
def test_what_cannot_be_a_phone_number(text: str) -> None:
    assert refusal(parse_phone, text) == "invalid_phone"


def test_a_person_has_one_key_per_secret() -> None:
    secret = bytes(range(32))
    key = person_key("3515140508689990", secret)
    assert len(key) == 64
    assert key == person_key("3515140508689990", secret)
    assert key != person_key("3515140508689990", bytes(32))
    assert key != person_key("3515140508689991", secret)
    with pytest.raises(ValueError, match="16 digits"):
        person_key("351514050868999", secret)
    with pytest.raises(ValueError, match="32 bytes"):
        person_key("3515140508689990", b"short")
