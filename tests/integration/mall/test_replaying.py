"""Dead letters of a whole outage are tried again in one go, through the operator's endpoint."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.integration.mall.losses import known_deaths
from tests.support.outages import no_room
from tests.support.postgres import TestPostgres
from tests.support.wait import until
from tests.support.whole_mall import CLERK, OPERATOR, WholeMall

REPLAYS = "/api/v1/operations/dead-letters/{}/replays"


def buried(mall: WholeMall) -> int:
    with mall.database("complaints").transaction() as tx:
        return int(tx.execute(text("SELECT count(*) FROM inbox WHERE status = 'dead'")).scalar_one())


def test_deaths_that_an_earlier_mistake_has_buried_are_known_after_one_command(
    mall: WholeMall, postgres_server: TestPostgres
) -> None:
    with no_room(postgres_server, mall.database("complaints"), "persons", "42501"):  # a right was taken away
        mall.start()
        mall.tell_of_deaths(36)

        def time_passes() -> bool:
            mall.process.time_passes(3600)
            return buried(mall) == 36

        until(time_passes, moves=lambda: buried(mall))
    answer = mall.post(REPLAYS.format("complaints"), {"reason": "nothing of the kind"})
    assert answer.get_json() == {"service": "complaints", "replayed": 0, "next": None}
    answer = mall.post(REPLAYS.format("complaints"), {"reason": "ProgrammingError"})
    assert (answer.status_code, answer.get_json()["replayed"]) == (200, 36)
    until(lambda: known_deaths(mall) == 36, moves=lambda: known_deaths(mall))
    assert buried(mall) == 0
    assert mall.post(REPLAYS.format("complaints"), {}).get_json()["replayed"] == 0, "repeating it does nothing"
    assert mall.post(REPLAYS.format("gateway"), {}).get_json()["replayed"] == 0


@pytest.mark.parametrize(
    ("service", "body", "who", "status"),
    [
        ("complaints", {"after": "nonsense"}, OPERATOR, 422),
        ("complaints", {"after": "event:00000000-0000-0000-0000-00000000000-:x"}, OPERATOR, 422),
        ("gateway", {"after": "job:00000000-0000-0000-0000-00000000000-:x"}, OPERATOR, 422),
        ("nobody", {}, OPERATOR, 404),
        ("complaints", {}, CLERK, 403),
    ],
)
def test_what_cannot_be_is_refused(
    mall: WholeMall, service: str, body: dict[str, str], who: tuple[str, str], status: int
) -> None:
    mall.start()
    assert mall.post(REPLAYS.format(service), body, who).status_code == status
