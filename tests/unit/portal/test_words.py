"""Moments, money and limits in the words of the region."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.portal import words

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 12.00 in Sidoarjo


def test_a_moment_is_told_by_the_clock_of_the_region() -> None:
    assert words.moment("2026-11-23T09:05:00+07:00", "id") == "23 November 2026, 09.05 WIB"
    assert words.moment("2026-05-01T09:05:00+09:00", "id") == "1 Mei 2026, 09.05 WIT"
    assert words.moment("2026-05-01T09:05:00+08:00", "en") == "1 May 2026, 09:05 WITA"


@pytest.mark.parametrize(
    ("due", "tone", "said"),
    [
        (None, "none", "Tanpa batas waktu"),
        ("2026-11-22T16:00:00+07:00", "late", "Terlambat 1 hari"),
        ("2026-11-23T11:59:00+07:00", "late", "Terlambat hari ini"),
        ("2026-11-23T16:00:00+07:00", "soon", "Hari ini, sebelum 16.00"),
        ("2026-11-25T16:00:00+07:00", "soon", "2 hari lagi"),
        ("2026-11-26T16:00:00+07:00", "fine", "3 hari lagi"),
    ],
)
def test_time_left_is_told_in_words_and_not_by_colour_alone(due: str | None, tone: str, said: str) -> None:
    assert words.left(due, NOON, "id") == (tone, said)


def test_days_are_those_of_the_region_not_of_greenwich() -> None:
    late_evening = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # already the 24th in Sidoarjo
    assert words.left("2026-11-24T16:00:00+07:00", late_evening, "id") == ("soon", "Hari ini, sebelum 16.00")


def test_money_and_limits() -> None:
    assert words.rupiah(1_250_000) == "Rp1.250.000"
    assert words.limit("5wd", "id") == "5 hari kerja"
    assert words.limit("30min", "en") == "30 minutes"
    assert words.limit("whatever", "id") == "whatever"


def test_a_label_that_lacks_a_language_is_shown_in_the_other() -> None:
    assert words.both({"id": "Akta"}, "en") == "Akta"
    assert words.both(None, "id") == ""
