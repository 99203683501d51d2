"""Moments, money and limits in the words of the region."""

from __future__ import annotations

from services.portal import words


def test_a_moment_is_told_by_the_clock_of_the_region() -> None:
    assert words.moment("2026-11-23T09:05:00+07:00", "id") == "23 November 2026, 09.05 WIB"
    assert words.moment("2026-05-01T09:05:00+09:00", "id") == "1 Mei 2026, 09.05 WIT"
    assert words.moment("2026-05-01T09:05:00+08:00", "en") == "1 May 2026, 09:05 WITA"


TODAY = "2026-11-23T16:00:00+07:00"


def told(count: int, unit: str, *, late: bool = False) -> tuple[str, str]:
    return words.left({"count": count, "unit": unit, "late": late}, TODAY, "id")


def test_time_left_is_told_in_words_and_not_by_colour_alone() -> None:
    assert words.left(None, None, "id") == ("none", "Tanpa batas waktu")
    assert told(3, "working_days") == ("fine", "3 hari kerja lagi")
    assert told(2, "working_days") == ("soon", "2 hari kerja lagi")
    assert told(0, "working_days") == ("soon", "Hari ini, sebelum 16.00")
    assert told(1, "working_days", late=True) == ("late", "Terlambat 1 hari kerja")
    assert told(0, "days", late=True) == ("late", "Terlambat, baru saja lewat")
    assert told(90, "minutes") == ("soon", "1 jam layanan lagi")
    assert told(20, "minutes") == ("soon", "20 menit layanan lagi")


def test_money_and_limits() -> None:
    assert words.rupiah(1_250_000) == "Rp1.250.000"
    assert words.limit("5wd", "id") == "5 hari kerja"
    assert words.limit("30min", "en") == "30 minutes"
    assert words.limit("whatever", "id") == "whatever"


def test_a_label_that_lacks_a_language_is_shown_in_the_other() -> None:
    assert words.both({"id": "Akta"}, "en") == "Akta"
    assert words.both(None, "id") == ""
