"""Builds the runtime that the services of a process stand on, from the settings. Everything is checked before use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from mpp.contracts import all_contracts
from mpp.hosting.definition import ServiceDefinition, definitions
from mpp.hosting.runtime import Runtime
from mpp.messaging.brokers.port import Broker
from mpp.operations.checking import backups
from mpp.operations.preparing.broker_accounts import management_of
from mpp.operations.problem import Problem
from mpp.operations.region_files import Files
from mpp.operations.settings import PAPER_KEYRING, Settings, missing, paper_key_name, required, tracking_key_name
from mpp.papers.qr.keys import Keyring, PaperSigner, with_kinds
from mpp.persistence.database import Database
from mpp.tokens.cache import RememberingVerifier
from mpp.tokens.signed import TokenSigner, TokenVerifier

_POOL = 12


def build(settings: Settings, files: Files, hosted: Iterable[ServiceDefinition], broker: Broker) -> Runtime:
    """The runtime of a process of these services, with the databases and keys that they name. Raises Problem."""
    hosted = list(hosted)
    signer = _signer(settings) if any(definition.signs_tokens for definition in hosted) else None
    return Runtime(
        databases={d.name: _database(settings, d.name) for d in hosted if d.migrations is not None},
        broker=broker,
        offices=files.region.offices,
        catalogue=files.catalogue,
        forms=files.forms,
        messages=files.messages,
        questionnaire=files.questionnaire,
        calendar=files.calendar,
        token_verifier=_verifier(settings, signer),
        token_signer=signer,
        person_key=_person_key(settings) if any(d.knows_persons for d in hosted) else b"",
        tracking_keys={d.name: _tracking_key(settings, d.name) for d in hosted if d.gives_secrets},
        paper_signers={d.name: _paper_signer(settings, d.name) for d in hosted if d.paper_kinds},
        paper_keyring=_keyring(settings, hosted),
        contracts=all_contracts(),
        settings=settings.for_services,
        management=management_of(settings),
        backups=lambda: backups.of_mall(settings, datetime.now(UTC)),
    )


def _database(settings: Settings, name: str) -> Database:
    url = required(settings.database_urls.get(name), f"{name.upper()}_DATABASE_URL")
    return Database(url, name=name, pool_size=_POOL)


def _signer(settings: Settings) -> TokenSigner:
    try:
        return TokenSigner(required(settings.token_private_key, "MPP_TOKEN_PRIVATE_KEY"))
    except ValueError:
        raise _bad_key("MPP_TOKEN_PRIVATE_KEY") from None


def _verifier(settings: Settings, signer: TokenSigner | None) -> TokenVerifier:
    public = settings.token_public_key or (signer.public_key if signer else None)
    if signer is not None and public != signer.public_key:
        raise Problem(
            "MPP_TOKEN_PUBLIC_KEY bukan pasangan MPP_TOKEN_PRIVATE_KEY",
            "MPP_TOKEN_PUBLIC_KEY does not belong to MPP_TOKEN_PRIVATE_KEY",
        )
    try:
        return RememberingVerifier(required(public, "MPP_TOKEN_PUBLIC_KEY"))
    except ValueError:
        raise _bad_key("MPP_TOKEN_PUBLIC_KEY") from None


def _person_key(settings: Settings) -> bytes:
    if settings.person_key is None:
        raise missing("MPP_PERSON_KEY")
    return settings.person_key


def _tracking_key(settings: Settings, service: str) -> bytes:
    if service not in settings.tracking_keys:
        raise missing(tracking_key_name(service))
    return settings.tracking_keys[service]


def _paper_signer(settings: Settings, service: str) -> PaperSigner:
    name = paper_key_name(service)
    if service not in settings.paper_keys:
        raise missing(name)
    signer, listed = PaperSigner(settings.paper_keys[service]), required(settings.paper_keyring, PAPER_KEYRING)
    current = listed.current(service)
    if current is None or current.public != signer.public:
        raise Problem(f"{name} tidak ada di {PAPER_KEYRING}", f"{name} is not the current key in {PAPER_KEYRING}")
    return signer


def _keyring(settings: Settings, hosted: Iterable[ServiceDefinition]) -> Keyring | None:
    """Everybody's public keys, each with what it may sign; None where they are not known and nobody needs them."""
    listed = settings.paper_keyring
    if any(d.publishes_keys for d in hosted):
        listed = required(listed, PAPER_KEYRING)
    return None if listed is None else with_kinds(listed, ((name, d.paper_kinds) for name, d in definitions().items()))


def _bad_key(name: str) -> Problem:
    return Problem(
        f"{name} bukan kunci P-256 (buat dengan `mpp secrets`)", f"{name} is no P-256 key (make it with `mpp secrets`)"
    )
