"""How much must have happened before a run may say that every promise was kept."""

from __future__ import annotations

from collections.abc import Container, Mapping

from tests.chaos import dump

REPLAYED = "replayed by the operator"
# By the names of the checker's counts. A run in which nobody died says nothing about what a death does.
LEAST = {
    "accepted": 250,
    "refused": 10,
    "gateway.feed settled": 250,
    "permits.persons settled": 100,
    "complaints.persons settled": 100,
    "permits.papers settled": 30,
    "legal numbers": 50,
    "papers issued": 50,
    "deaths": 10,
    "messages sent": 100,
    "applications held": 3,
    "permits lapsed": 3,
    "commit answers lost": 5,
    REPLAYED: 1,
}
_SOFAR = {
    "gateway": {"gateway.feed settled": "SELECT count(*) FROM inbox WHERE status IN ('done', 'ignored')"},
    "complaints": {"complaints.persons settled": "SELECT count(*) FROM inbox WHERE status IN ('done', 'ignored')"},
    "civil_registry": {"deaths": "SELECT count(*) FROM residents WHERE status = 'deceased'"},
    "permits": {
        "permits.persons settled": "SELECT count(*) FROM inbox WHERE subscription = 'persons' AND status <> 'dead'",
        "permits.papers settled": "SELECT count(*) FROM inbox WHERE subscription = 'papers' AND status <> 'dead'",
        "legal numbers": "SELECT count(*) FROM numbers",
        "messages sent": "SELECT count(*) FROM messages WHERE sent_at IS NOT NULL",
        "papers issued": "SELECT count(*) FROM papers WHERE status = 'issued'",
        "applications held": "SELECT count(*) FROM cases WHERE held IS NOT NULL",
        "permits lapsed": "SELECT count(*) FROM permits WHERE status = 'lapsed'",
    },
}


def so_far(urls: Mapping[str, str]) -> dict[str, int]:
    """The counts that can be known while the storm goes on."""
    return {
        name: int(dump.ask(urls[service], query)[0][0])
        for service, asked in _SOFAR.items()
        for name, query in asked.items()
    }


def too_little(counts: Mapping[str, int], but: Container[str] = ()) -> list[str]:
    """What has not happened often enough, as lines to read; `but`: what cannot have happened yet."""
    return [
        f"{name}: {counts.get(name, 0)} of at least {least}"
        for name, least in LEAST.items()
        if name not in but and counts.get(name, 0) < least
    ]
