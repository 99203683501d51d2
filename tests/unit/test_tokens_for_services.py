"""A token that reaches a service counts there only, and for a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.refusals import Refused
from mpp.clock import FixedClock
from mpp.tokens.cache import RememberingVerifier
from mpp.tokens.for_services import LIFE, USED_FOR, ServiceTokens
from mpp.tokens.signed import TokenSigner, TokenVerifier, new_keys

PRIVATE, PUBLIC = new_keys()
CLERK = Actor("petugas.sukodono", (Assignment("35.15.14.2013", "clerk"),))
LONGEST_CALL = timedelta(seconds=10)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))


@pytest.fixture
def tokens(clock: FixedClock) -> ServiceTokens:
    return ServiceTokens(TokenSigner(PRIVATE), clock)


def refusal(verifier: TokenVerifier, token: str, now: datetime) -> str:
    with pytest.raises(Refused) as caught:
        verifier.verify(token, now)
    assert caught.value.status == 401
    return caught.value.code


@pytest.mark.parametrize("kind", [TokenVerifier, RememberingVerifier])
def test_it_counts_at_its_service_and_nowhere_else(
    kind: type[TokenVerifier], tokens: ServiceTokens, clock: FixedClock
) -> None:
    door, now = kind(PUBLIC), clock.now()
    permits, complaints = door.of("permits"), door.of("complaints")
    token = tokens.of(CLERK, "permits")
    assert permits.verify(token, now) == CLERK
    assert refusal(complaints, token, now) == "token_invalid"
    assert refusal(door, token, now) == "token_invalid", "the gateway's own door"
    session = TokenSigner(PRIVATE).sign(CLERK, now, timedelta(hours=8))
    assert door.verify(session, now) == CLERK
    assert refusal(permits, session, now) == "token_invalid", "a session stays at the gateway"


def test_it_lives_for_a_minute_at_most(tokens: ServiceTokens, clock: FixedClock) -> None:
    token, permits = tokens.of(CLERK, "permits"), TokenVerifier(PUBLIC).of("permits")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] <= 60
    assert refusal(permits, token, clock.now() + LIFE) == "token_expired"


def test_it_is_used_again_until_shortly_before_its_end(tokens: ServiceTokens, clock: FixedClock) -> None:
    permits = TokenVerifier(PUBLIC).of("permits")
    first = tokens.of(CLERK, "permits")
    clock.advance(USED_FOR - timedelta(seconds=1))
    assert tokens.of(CLERK, "permits") == first
    assert permits.verify(first, clock.now() + LONGEST_CALL) == CLERK, "however late the call is answered"
    clock.advance(timedelta(seconds=1))
    assert tokens.of(CLERK, "permits") != first


def test_each_service_and_each_actor_has_its_own(tokens: ServiceTokens) -> None:
    moved = Actor(CLERK.id, (Assignment("dukcapil", "clerk"),))
    made = [tokens.of(CLERK, "permits"), tokens.of(CLERK, "complaints"), tokens.of(moved, "permits")]
    assert len(set(made)) == 3
    assert TokenVerifier(PUBLIC).of("permits").verify(made[2], datetime(2026, 11, 20, 3, 0, tzinfo=UTC)) == moved


def test_those_that_are_over_are_not_kept(
    tokens: ServiceTokens, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mpp.tokens.for_services._MOST", 10)
    for n in range(10):
        tokens.of(Actor(f"petugas.{n}", CLERK.assignments), "permits")
    clock.advance(LIFE)
    tokens.of(CLERK, "permits")
    assert len(tokens._made) == 1
