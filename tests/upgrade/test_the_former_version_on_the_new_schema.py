"""`mpp prepare` moves the schema while the former version still runs: its services go on, with everything they do.

First the schemas are compared, since no walk goes everywhere; then it walks. Not proved: that former and new processes
understand each other's calls and events (their contracts only grow, which `tests/contract` watches), that a trigger
disturbs nothing, and that a migration holds its locks for a short time only on tables of any size.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from mpp.hosting.definition import definitions
from mpp.persistence.servers import roles
from tests.support.expanding import contracted
from tests.support.schema import schema_of
from tests.support.wait import until
from tests.upgrade.former import FormerMall, unpack

pytestmark = pytest.mark.timeout(600)
# what it counts as trouble of its own in its log
TROUBLE = ("failed", "dead", "garbled", "away", "paused", "lost")
NEW = "of a column that the former code does not fill"
# What looks like a contraction and is none, with the reason.
BEARABLE = {
    "civil_registry": {
        "certificates has lost what makes its rows unique: UNIQUE (case_id)": "the former code writes one, as before",
        "certificates has lost what makes its rows unique: CREATE UNIQUE INDEX certificates_of_person"
        " ON public.certificates USING btree (nik, kind)": "certificates_once says the same of those in force",
        "certificates has a new rule for what was there: CREATE UNIQUE INDEX certificates_once ON public.certificates"
        " USING btree (nik, kind) WHERE ((status = 'in_force'::text)"
        " AND (kind = ANY (ARRAY['birth'::text, 'death'::text])))": "what certificates_of_person said",
        "certificates has a new rule for what was there: FOREIGN KEY (supersedes) REFERENCES certificates(id)": NEW,
        "certificates has a new rule for what was there: FOREIGN KEY (other_nik) REFERENCES residents(nik)": NEW,
        "certificates has a new rule for what was there: FOREIGN KEY (family_card) REFERENCES family_cards(id)": NEW,
        "residents has a new rule for what was there: FOREIGN KEY (merged_into) REFERENCES residents(nik)": NEW,
        "residents has a new rule for what was there: CREATE UNIQUE INDEX residents_head ON public.residents"
        " USING btree (family_card) WHERE ((relation = 'head'::text) AND (status = 'alive'::text))": NEW,
        "residents has a new rule for what was there: CHECK ((status = ANY (ARRAY['alive'::text, 'deceased'::text,"
        " 'moved_out'::text, 'merged'::text])))": "it lets more in than the rule before",
    },
    "gateway": {"feed_state.epoch is new and must be filled": "the table has one row, which nobody writes anew"},
}


def rows(url: str, *statements: str) -> list[tuple[object, ...]]:
    """The rows of the last statement."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            result = connection.execute(text(statement))
        found = [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return found


def troubles(log: Path, already: int) -> list[str]:
    """The events of trouble in the log after so many lines."""
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()[already:]]
    return [event for event in events if any(word in event for word in TROUBLE)]


def test_it_goes_on_with_everything_it_does(tmp_path: Path, make_database: Callable[..., str]) -> None:
    urls = {service: make_database() for service in definitions()}
    unpack(tmp_path / "code")
    (tmp_path / "data").mkdir()
    mall = FormerMall(tmp_path / "code", tmp_path / "data", urls)
    with mall.running():
        walked = mall.demo()
        assert walked.returncode == 0, walked.stdout[-3000:] + walked.stderr[-3000:]
        already = len(mall.log.read_text().splitlines())
        before = {service: schema_of(url) for service, url in urls.items()}

        for service, definition in definitions().items():
            moved = roles.migrate_only(urls[service], service, definition.migrations)
            assert moved.before != moved.after, "there is nothing new to survive: take the archive of an older version"

        found = {service: set(contracted(before[service], schema_of(url))) for service, url in urls.items()}
        assert found == {service: set(BEARABLE.get(service, ())) for service in urls}
        walked = mall.demo()
        assert walked.returncode == 0, walked.stdout[-3000:] + walked.stderr[-3000:]
        everything_is_told_and_heard(urls)
        assert troubles(mall.log, already) == []

        with_a_default = "ALTER TABLE cases ADD COLUMN fresh text NOT NULL DEFAULT ''"
        rows(urls["permits"], with_a_default, "ALTER TABLE cases ALTER COLUMN fresh DROP DEFAULT")
        assert mall.demo().returncode != 0, "what the former version does not survive would not have been noticed"


def everything_is_told_and_heard(urls: dict[str, str]) -> None:
    unsent = "SELECT event_id FROM outbox WHERE published_at IS NULL"
    unsettled = "SELECT status FROM inbox WHERE status NOT IN ('done', 'ignored')"

    def left() -> dict[str, int]:
        found = {service: len(rows(url, unsent)) + len(rows(url, unsettled)) for service, url in urls.items()}
        return {service: count for service, count in found.items() if count}

    until(lambda: not left(), what="the end of what was under way", moves=left)
