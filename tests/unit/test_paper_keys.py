"""The keys of papers in the settings: each service has its own, everybody has the list, and one is changed in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mpp.hosting.definition import definitions
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.operations import keys
from mpp.operations.commands.paper_keys import app
from mpp.operations.preparing.env_file import missing_from, values_of
from mpp.operations.preparing.env_file import render as env_file
from mpp.operations.preparing.paper_keys import rotated
from mpp.operations.problem import Problem
from mpp.operations.region_files import Files
from mpp.operations.running import assemble
from mpp.operations.settings import PAPER_KEYRING, Settings, paper_key_name
from mpp.papers.qr.address import text_of
from mpp.papers.qr.claims import Claims
from mpp.papers.qr.keys import Keyring, PaperSigner, with_kinds
from mpp.papers.qr.verifying import verify
from tests.support.desks import PERSON_KEY, PRIVATE, PUBLIC, TRACKING_KEYS, files_of

SERVICES = tuple(definitions())
SIGNING = {name for name, definition in definitions().items() if definition.paper_kinds}
TODAY = date(2026, 11, 27)
CLAIMS = Claims("35.15/dpmptsp", "permit", "P7K2M9QX4TB01233", TODAY, "503/1")


def settings_of(written: str) -> Settings:
    return Settings.read(values_of(written), SERVICES)


def keyring_of(settings: Settings) -> Keyring:
    """What is published."""
    return with_kinds(settings.paper_keyring or Keyring(), ((n, d.paper_kinds) for n, d in definitions().items()))


def test_a_fresh_mall_has_a_key_for_each_service_and_lists_them_all() -> None:
    settings = settings_of(env_file())
    assert set(settings.paper_keys) == SIGNING
    assert len(set(settings.paper_keys.values())) == len(SIGNING)
    for service, key in settings.paper_keys.items():
        listed = keyring_of(settings).current(service)
        assert listed is not None
        assert (listed.public, listed.kinds) == (PaperSigner(key).public, definitions()[service].paper_kinds)


def test_a_mall_in_one_process_makes_its_keys_once(tmp_path: Path) -> None:
    first = keys.with_keys(Settings(data=tmp_path))
    assert keys.with_keys(Settings(data=tmp_path)) == first
    assert set(first.paper_keys) == SIGNING
    assert {key.service for key in keyring_of(first).keys} == SIGNING


def test_the_list_is_read_as_it_is_written() -> None:
    listed = settings_of(env_file()).paper_keyring
    assert listed is not None
    ended = Keyring(tuple(replace(key, until=key.since) for key in listed.keys))
    for keyring in (listed, ended):
        assert Keyring.read(keyring.listed()) == keyring


@pytest.mark.parametrize("wrong", ["x", "permits=", "permits=" + "A" * 43, "permits=" + "A" * 43 + "@2026-13-01..",
                                   "permits=" + "A" * 43 + "@2026-11-27..2026-11-26",
                                   ",".join("permits=" + c * 43 + "@2026-11-27.." for c in "AE"),
                                   ",".join(2 * ["permits=" + "A" * 43 + "@2026-11-27..2026-11-28"])])  # fmt: skip
def test_a_list_that_cannot_be_is_refused(wrong: str) -> None:
    with pytest.raises(Problem, match=PAPER_KEYRING):
        Settings.read({PAPER_KEYRING: wrong}, SERVICES)


def test_what_a_mall_of_before_lacks_is_added_once() -> None:
    former = "\n".join(line for line in env_file().splitlines() if "_PAPER_" not in line) + "\n"
    added = missing_from(former)
    assert set(values_of(added)) == {*map(paper_key_name, SIGNING), PAPER_KEYRING}
    settings = settings_of(former + added)
    assert {name: keyring_of(settings).current(name).public for name in SIGNING} == {  # type: ignore[union-attr]
        name: PaperSigner(key).public for name, key in settings.paper_keys.items()
    }
    assert missing_from(former + added) == ""


def test_a_service_that_comes_later_joins_the_list_and_nobody_else_changes() -> None:
    whole = env_file()
    listed = settings_of(whole).paper_keyring
    assert listed is not None
    others = Keyring(tuple(key for key in listed.keys if key.service != "permits"))
    lines = [line for line in whole.splitlines() if not line.startswith((paper_key_name("permits"), PAPER_KEYRING))]
    former = "\n".join([*lines, f"{PAPER_KEYRING}={others.listed()}"]) + "\n"
    settings = settings_of(former + missing_from(former))
    kept = settings.paper_keyring
    assert kept is not None
    assert kept.keys[: len(others.keys)] == others.keys
    assert kept.current("permits").public == PaperSigner(settings.paper_keys["permits"]).public  # type: ignore[union-attr]


def test_another_key_takes_over_and_papers_of_before_stay_good() -> None:
    before = settings_of(env_file())
    paper = text_of("https://mpp.go.id", CLAIMS, PaperSigner(before.paper_keys["permits"]))
    # a second change on the same day, too
    after = before
    for _ in range(2):
        lines = rotated(after, "permits", TODAY)
        assert set(lines) == {paper_key_name("permits"), PAPER_KEYRING}
        read = Settings.read(lines, SERVICES)
        after = replace(after, paper_keys={**after.paper_keys, **read.paper_keys}, paper_keyring=read.paper_keyring)
    own = [key for key in keyring_of(after).keys if key.service == "permits"]
    assert [key.until for key in own] == [TODAY + timedelta(days=1)] * 2 + [None]
    assert own[-1].public == PaperSigner(after.paper_keys["permits"]).public
    for name in SIGNING - {"permits"}:
        assert keyring_of(after).current(name) == keyring_of(before).current(name)
    since = replace(keyring_of(after), keys=tuple(replace(k, since=TODAY) for k in keyring_of(after).keys))
    assert verify(paper, since).claims == CLAIMS
    new = text_of("https://mpp.go.id", CLAIMS, PaperSigner(after.paper_keys["permits"]))
    assert verify(new, since).claims == CLAIMS


def test_the_command_prints_the_lines_that_change(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text(env_file())
    done = CliRunner().invoke(app, ["rotate", "permits", "--env", str(env)])
    assert done.exit_code == 0
    assert set(values_of(done.stdout)) == {paper_key_name("permits"), PAPER_KEYRING}
    changed = settings_of(env.read_text() + done.stdout)
    before = settings_of(env.read_text())
    assert changed.paper_keys["permits"] != before.paper_keys["permits"]
    assert len(keyring_of(changed).keys) == len(keyring_of(before).keys) + 1


def test_no_key_is_made_for_a_service_that_signs_nothing() -> None:
    with pytest.raises(Problem, match="gateway"):
        rotated(settings_of(env_file()), "gateway", TODAY)
    with pytest.raises(Problem, match=PAPER_KEYRING):
        rotated(Settings(), "permits", TODAY)


# ---------------------------------------------------------------- at the start


def build(name: str, settings: Settings) -> None:
    region, catalogue, calendar = files_of("35.15", ())
    complete = replace(
        settings,
        token_private_key=PRIVATE,
        token_public_key=PUBLIC,
        person_key=PERSON_KEY,
        tracking_keys=TRACKING_KEYS,
        database_urls={name: "postgresql+psycopg2://localhost/x"},
    )
    assemble.build(complete, Files(region, catalogue, calendar), [definitions()[name]], EmbeddedBroker())


@pytest.mark.parametrize("name", sorted(SIGNING))
def test_a_service_starts_with_its_own_key_of_the_list_only(name: str) -> None:
    good = settings_of(env_file())
    build(name, replace(good, paper_keys={name: good.paper_keys[name]}))  # its own is all that it gets
    for wrong in (
        replace(good, paper_keys={}),
        replace(good, paper_keys={name: bytes(32)}),
        replace(good, paper_keyring=Keyring()),
    ):
        with pytest.raises(Problem, match=paper_key_name(name)):
            build(name, wrong)
    with pytest.raises(Problem, match=PAPER_KEYRING):
        build(name, replace(good, paper_keyring=None))


def test_whoever_publishes_the_list_has_it() -> None:
    (publisher,) = [name for name, definition in definitions().items() if definition.publishes_keys]
    build(publisher, replace(settings_of(env_file()), paper_keys={}))
    with pytest.raises(Problem, match=PAPER_KEYRING):
        build(publisher, Settings())
