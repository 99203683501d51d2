"""A region's messages: every mistake is told with file and line, before anybody is told anything."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from mpp.casework.rules.moments import MOMENTS
from mpp.messages.book import FIELDS, LANGUAGES, MessageBook, Quiet, fields_in
from mpp.messages.page import example, table
from mpp.messages.reading import read_messages
from mpp.messages.segments import segments
from mpp.operations.commands.messages import app
from mpp.operations.problem import Problem
from mpp.operations.region_files import examine
from mpp.regions.new import write_region
from mpp.yaml_files import Faults

GOOD = """\
moment: closed
version: 2
sms: {id: "Berkas {code} tutup.", en: "Case {code} closed."}
email:
  subject: {id: "Berkas {code}", en: "Case {code}"}
  body: {id: "Tutup: {state}", en: "Closed: {state}"}
"""
CHANNELS = """\
language: en
order: [email, sms]
quiet: {from: "21:00", until: "06:30"}
sms: {url: "https://sms.contoh.id/kirim", ask: "https://sms.contoh.id/kirim/{id}"}
email: {host: surel.contoh.id, port: 587, from: mall@contoh.id}
"""


def read(folder: Path, name: str, text: str) -> tuple[MessageBook, list[str]]:
    (folder / name).write_text(text, "utf-8")
    faults: Faults = []
    book = read_messages(folder, faults)
    return book, [str(fault) for fault in faults]


def test_every_moment_has_its_words_in_both_languages() -> None:
    faults: Faults = []
    book = read_messages(None, faults)
    assert faults == []
    assert list(book.texts) == sorted(MOMENTS)
    for text in book.texts.values():
        assert all("{code}" in text.sms[language] and "{code}" in text.subject[language] for language in LANGUAGES)
        assert book.channels.configured == (), "a mall that was told of no provider has none"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shipped_text_costs_at_most_two_parts(language: str) -> None:
    book = read_messages(None, [])
    for text in book.texts.values():
        counted = segments(text.sms[language].format_map(example(text.moment, language)))
        assert (counted.gsm, counted.parts <= 2) == (True, True), text.moment


def test_a_region_says_it_in_its_own_words(tmp_path: Path) -> None:
    book, faults = read(tmp_path, "closed.yaml", GOOD)
    assert faults == []
    assert (book.texts["closed"].version, book.texts["closed"].sms["id"]) == (2, "Berkas {code} tutup.")
    assert book.texts["closed"].said("whatsapp") == book.texts["closed"].sms, "one text does for both"
    assert book.texts["received"].version == 1, "what it does not say is the mall's"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("{code} tutup", "{nik} tutup", "closed.yaml:3: sms: sms.id: tidak ada isian 'nik'"),
        ("{code} tutup", "{code tutup", "closed.yaml:3: sms: sms.id: kurung kurawal tidak lengkap"),
        (', en: "Case {code} closed."', "", "closed.yaml:3: sms: en belum ada | en is missing"),
        ("moment: closed", "moment: tutup", "closed.yaml:1: moment: 'tutup' bukan salah satu dari"),
        ("moment: closed", "moment: levy", "closed.yaml:1: moment: berkas ini harus bernama levy.yaml"),
        ("version: 2", "version: 0", "closed.yaml:2: version: paling kecil 1"),
        ("version: 2", "version: 2\nsmss: {}", "closed.yaml:3: kunci tidak dikenal | unknown key 'smss'"),
        ('subject: {id: "Berkas {code}"', 'subject: {id: "a\\nb"', "subject.id: harus satu baris"),
        ("Berkas {code} tutup.", "x" * 481, "sms.id: lebih dari 480 huruf"),
    ],
)
def test_a_mistake_in_a_text(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in GOOD
    _, faults = read(tmp_path, "closed.yaml", GOOD.replace(before, after, 1))
    assert any(told in fault for fault in faults), faults
    assert all(fault.startswith("messages/closed.yaml:") for fault in faults)


def test_providers_and_quiet_hours(tmp_path: Path) -> None:
    book, faults = read(tmp_path, "channels.yaml", CHANNELS)
    assert faults == []
    assert book.channels.configured == ("email", "sms")
    assert (book.channels.quiet, book.channels.language) == (Quiet(time(21), time(6, 30)), "en")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("https://sms.contoh.id/kirim", "http://sms.contoh.id/kirim", "channels.yaml:4: sms: url: harus https://"),
        ("https://sms.contoh.id/kirim", "https://a:b@sms.contoh.id", "channels.yaml:4: sms: url: harus https://"),
        ("kirim/{id}", "kirim", "channels.yaml:4: sms: ask: alamat dengan {id}"),
        ("mall@contoh.id", "mall", "channels.yaml:5: email: from: 'mall' bukan alamat surel"),
        ("port: 587", "port: 0", "channels.yaml:5: email: port: 1 sampai 65535"),
        ("port: 587", "starttls: false", "channels.yaml:5: email: starttls: boleh false hanya dalam jaringan sendiri"),
        ('"21:00"', '"25:00"', "channels.yaml:3: quiet: from: '25:00' bukan jam"),
        ("[email, sms]", "[email, pos]", "channels.yaml:2: order: tidak ada saluran 'pos'"),
        ("[email, sms]", "[email]", "channels.yaml:2: order: sms diatur tetapi tidak disebut"),
        ("language: en", "language: jv", "channels.yaml:1: language: 'jv' bukan salah satu dari id, en"),
        ("language: en", "token: rahasia", "channels.yaml:1: kunci tidak dikenal | unknown key 'token'"),
    ],
)
def test_a_mistake_about_providers(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in CHANNELS
    _, faults = read(tmp_path, "channels.yaml", CHANNELS.replace(before, after, 1))
    assert any(told in fault for fault in faults), faults


def test_a_start_looks_at_them(tmp_path: Path) -> None:
    write_region("36.71", tmp_path / "region")
    folder = tmp_path / "region" / "messages"
    folder.mkdir()
    (folder / "channels.yaml").write_text(CHANNELS, "utf-8")
    files, faults = examine(str(tmp_path / "region"), printing=False)
    assert files is not None, faults
    assert files.messages.channels.configured == ("email", "sms")
    (folder / "closed.yml").write_text(GOOD, "utf-8")
    (folder / "closed.yaml").write_text(GOOD.replace("{code}", "{nik}"), "utf-8")
    _, faults = examine(str(tmp_path / "region"), printing=False)
    told = [str(fault) for fault in faults]
    assert any("messages/closed.yaml:3" in line for line in told), told


@pytest.mark.parametrize(
    ("local", "due"),
    [
        ("2026-11-23T19:59", "2026-11-23T19:59"),
        ("2026-11-23T20:00", "2026-11-24T07:00"),
        ("2026-11-24T06:59", "2026-11-24T07:00"),
        ("2026-11-24T07:00", "2026-11-24T07:00"),
    ],
)
def test_nobody_is_woken(local: str, due: str) -> None:
    zone = ZoneInfo("Asia/Jakarta")
    asked = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    assert Quiet().over(asked, zone) == datetime.fromisoformat(due).replace(tzinfo=zone)


def test_quiet_hours_within_a_day() -> None:
    noon = Quiet(time(12), time(13))
    at = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
    assert noon.over(at, UTC) == datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert noon.over(at.replace(hour=13), UTC) == at.replace(hour=13)


def test_the_fields_of_a_text_are_those_that_it_can_ask_for() -> None:
    assert fields_in("{code} {state} {next} {date} {missing} {amount} {link} {rate}") == set(FIELDS)


def test_the_page_shows_the_texts_as_they_are() -> None:
    page = Path("docs/messages.md").read_text("utf-8")
    shown = page.partition("<!-- texts: begin -->\n")[2].partition("<!-- texts: end -->")[0]
    assert shown == table(read_messages(None, []))


def test_the_texts_can_be_looked_at(tmp_path: Path) -> None:
    write_region("36.71", tmp_path / "region")
    asked = ["preview", "closed", "--region", str(tmp_path / "region")]
    shown = CliRunner().invoke(app, asked)
    rate = "Nilai layanan ini: https://mpp.contoh.go.id/s/P7K2M9QX4TB01233?via=message"
    text = f"Berkas P0123456789V selesai. Tahap: Diserahkan. {rate}"
    assert shown.stdout == f"closed, v1 — 1 SMS ({len(text)}/160 GSM-7)\n{text}\n\n"
    english = CliRunner().invoke(app, [*asked, "--channel", "email", "--language", "en"])
    assert english.stdout.startswith("closed, v1\nCase P0123456789V is closed\n")
    assert isinstance(CliRunner().invoke(app, [*asked, "--channel", "pos"]).exception, Problem)
