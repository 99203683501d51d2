"""What the environment may say, and that a wrong value is one clear line that names the variable."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from mpp.hosting.definition import definitions
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings
from mpp.papers.signing.local import new_key
from mpp.persistence.retention import Retention

SERVICES = ("permits", "civil_registry", "complaints", "gateway")
ROOT = Path(__file__).parents[2]
KEY = new_key(datetime.now(UTC))


def read(**environment: str) -> Settings:
    return Settings.read(environment, SERVICES)


def test_an_empty_environment_is_a_mall_on_this_machine_only() -> None:
    settings = read()
    assert (settings.bind, settings.port, settings.for_services.region) == ("127.0.0.1", 8000, "35.15")
    assert settings.amqp_uri is None
    assert settings.database_urls == {}
    assert not settings.demo


def test_an_empty_variable_is_the_same_as_none() -> None:
    assert read(AMQP_URI="", MPP_PERSON_KEY=" ", PORT="").port == 8000


def test_plain_postgresql_urls_name_the_driver_that_yields() -> None:
    found = read(
        PERMITS_DATABASE_URL="postgresql://u:p@h/d",
        GATEWAY_DATABASE_URL="postgres://h/d",
        COMPLAINTS_DATABASE_URL="postgresql+psycopg2://h/d",
    ).database_urls
    assert found == {
        "permits": "postgresql+psycopg2://u:p@h/d",
        "gateway": "postgresql+psycopg2://h/d",
        "complaints": "postgresql+psycopg2://h/d",
    }


def test_a_service_uses_its_own_broker_account_where_there_is_one() -> None:
    settings = read(AMQP_URI="amqp://all/", PERMITS_AMQP_URI="amqp://permits/")
    assert settings.amqp_uri_of("permits") == "amqp://permits/"
    assert settings.amqp_uri_of("gateway") == "amqp://all/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("MPP_OPS_PORT", "9100/tcp"),
        ("MPP_PERSON_KEY", "abc"),
        ("MPP_PERSON_KEY", "zz" * 32),
        ("PERMITS_TRACKING_KEY", "zz" * 32),
        ("MPP_DRAFT_KEY", "ab" * 16),
        ("MPP_SESSION_KEY", "ab" * 16),
        ("MPP_SIGNING_KEY", "ab" * 32),
        ("MPP_CATALOGUE_DIR", "/no/such/folder"),
        ("MPP_PARTNER_ACCOUNTS", "bpjs"),
        ("MPP_PARTNER_ACCOUNTS", "b.*js:secret"),
        ("MPP_PROXIES", "one"),
        ("MPP_PUBLIC_URL", "mpp.example.go.id"),
        ("MPP_PUBLIC_URL", "https://mpp.example.go.id/?x=1"),
        ("MPP_PUBLIC_URL", "http://mpp.example.go.id"),
        ("MPP_PUBLIC_URL", f"https://{'m' * 50}.example.go.id"),
        ("MPP_PERMITS_PAPER_KEY", "zz" * 32),
        ("MPP_PAPER_PUBLIC_KEYS", "permits=abc@2026-11-27.."),
        ("MPP_OUTBOX_DAYS", "0"),
        ("MPP_INBOX_DAYS", "60 days"),
        ("MPP_IDEMPOTENCY_DAYS", "99999999999"),
        ("MPP_JOBS_DAYS", "-1"),
        ("AMQP_URI", "localhost:5672"),
        ("GATEWAY_AMQP_URI", "amqp:///"),
        ("GATEWAY_DATABASE_URL", "mysql://h/d"),
        ("MPP_ADMIN_DATABASE_URL", "localhost"),
    ],
)
def test_a_value_that_cannot_be_is_one_line_that_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(Problem, match=name) as caught:
        read(**{name: value})
    assert "\n" not in str(caught.value)


def test_how_long_rows_are_kept_is_set_in_days() -> None:
    days = {"MPP_OUTBOX_DAYS": "10", "MPP_INBOX_DAYS": "11", "MPP_IDEMPOTENCY_DAYS": "2", "MPP_JOBS_DAYS": "3"}
    given = read(**days).for_services.retention
    assert (given.outbox.days, given.inbox.days, given.idempotency.days, given.jobs.days) == (10, 11, 2, 3)
    assert read().for_services.retention == Retention()


@pytest.mark.parametrize("days", [{"MPP_INBOX_DAYS": "30"}, {"MPP_OUTBOX_DAYS": "90", "MPP_INBOX_DAYS": "45"}])
def test_the_inbox_must_remember_longer_than_an_outbox_can_send_again(days: dict[str, str]) -> None:
    with pytest.raises(Problem, match=r"MPP_INBOX_DAYS=\d+ must be more than MPP_OUTBOX_DAYS=\d+"):
        read(**days)


def test_secrets_never_show_in_the_representation() -> None:
    settings = read(
        AMQP_URI="amqp://u:hush@h/",
        PERMITS_DATABASE_URL="postgresql://u:hush@h/d",
        MPP_ADMIN_DATABASE_URL="postgresql://u:hush@h/d",
        MPP_TOKEN_PRIVATE_KEY="hush",
        MPP_PARTNER_ACCOUNTS="bpjs:hush",
        MPP_PERSON_KEY="ab" * 32,
        PERMITS_TRACKING_KEY="ab" * 32,
        MPP_PERMITS_PAPER_KEY="ab" * 32,
        MPP_DRAFT_KEY="ab" * 32,
        MPP_SESSION_KEY="ab" * 32,
        MPP_SIGNING_KEY=KEY.written(),
        MPP_BSRE_URL="https://bsre.example.go.id",
        MPP_BSRE_USER="mal",
        MPP_BSRE_PASSWORD="hush",
    )
    assert "hush" not in repr(settings)
    assert repr(KEY.private)[2:-1] not in repr(settings)
    assert "\\xab" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://esign.example.go.id", True),
        ("http://10.1.2.3:8080/", True),
        ("http://bsre:8080", True),
        ("http://127.0.0.1:8080", True),
        ("http://esign.example.go.id", False),
        ("http://8.8.8.8", False),
        ("https://u:hush@esign.example.go.id", False),
        ("esign.example.go.id", False),
    ],
)
def test_a_passphrase_crosses_no_network_of_others_in_clear(url: str, right: bool) -> None:
    told = {"MPP_BSRE_URL": url, "MPP_BSRE_USER": "mal", "MPP_BSRE_PASSWORD": "hush"}
    if right:
        found = read(**told).for_services.bsre
        assert found is not None
        assert found.url == url.rstrip("/")
        return
    with pytest.raises(Problem, match="MPP_BSRE_URL"):
        read(**told)


def test_half_of_what_is_needed_for_bsre_is_told() -> None:
    assert read(MPP_BSRE_USER="mal").for_services.bsre is None
    with pytest.raises(Problem, match="MPP_BSRE_PASSWORD"):
        read(MPP_BSRE_URL="https://esign.example.go.id", MPP_BSRE_USER="mal")
    with pytest.raises(Problem, match="MPP_BSRE_LOOKUP"):
        read(
            MPP_BSRE_URL="https://esign.example.go.id",
            MPP_BSRE_USER="mal",
            MPP_BSRE_PASSWORD="hush",
            MPP_BSRE_LOOKUP="/api/dokumen",
        )


def test_the_example_of_the_env_file_is_what_the_command_would_print_without_secrets() -> None:
    from mpp.operations.preparing.env_file import render

    assert (ROOT / ".env.example").read_text() == render(empty=True)


def test_every_secret_of_the_stack_is_in_the_env_file_and_refuses_to_be_empty() -> None:
    from mpp.operations.preparing.env_file import PASSWORDS, render

    compose = (ROOT / "docker-compose.yml").read_text()
    guarded = set(re.findall(r"\$\{(\w+):\?", compose))
    tracking = {f"{name.upper()}_TRACKING_KEY" for name, d in definitions().items() if d.gives_secrets}
    audit = {f"{name.upper()}_AUDIT_KEY" for name in definitions()}
    tokens = {"MPP_PERSON_KEY", "MPP_TOKEN_PRIVATE_KEY", "MPP_TOKEN_PUBLIC_KEY"}
    tokens |= {"MPP_DRAFT_KEY", "MPP_SESSION_KEY", "MPP_SIGNING_KEY"}
    papers = {f"MPP_{name.upper()}_PAPER_KEY" for name, d in definitions().items() if d.paper_kinds}
    assert guarded == {*PASSWORDS, *tracking, *audit, *tokens, *papers, "MPP_PAPER_PUBLIC_KEYS"}
    written = dict(line.split("=", 1) for line in render().splitlines() if line and not line.startswith("#"))
    used = set(re.findall(r"\$\{?(\w+)", compose))
    assert used <= set(written)
    assert all(written[name] for name in guarded)


def test_the_keys_of_a_service_s_secrets_and_papers_are_handed_to_that_service_alone() -> None:
    containers = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for name, definition in definitions().items():
        for variable, has in (
            (f"{name.upper()}_TRACKING_KEY", definition.gives_secrets),
            (f"MPP_{name.upper()}_PAPER_KEY", bool(definition.paper_kinds)),
        ):
            given = [container for container, told in containers.items() if variable in told.get("environment", {})]
            assert given == ([name] if has else []), variable


def test_what_the_command_prints_is_a_real_mall_and_says_how_to_ask_for_the_demo() -> None:
    from mpp.operations.preparing.env_file import render

    lines = render().splitlines()
    at = lines.index("MPP_DEMO=0")
    assert lines[at - 1].startswith("# (1: demo accounts")
    written = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert not Settings.read(written, SERVICES).demo


def test_the_secrets_of_two_malls_differ_and_are_keys_that_work() -> None:
    from datetime import UTC, datetime, timedelta

    from mpp.casework.access.actors import Actor
    from mpp.operations.preparing.env_file import render
    from mpp.tokens.signed import TokenSigner, TokenVerifier

    one, two = (
        dict(line.split("=", 1) for line in render().splitlines() if line and not line.startswith("#"))
        for _ in range(2)
    )
    assert all(one[name] != two[name] for name in ("POSTGRES_PASSWORD", "MPP_PERSON_KEY", "MPP_TOKEN_PRIVATE_KEY"))
    tracking = [value for mall in (one, two) for name, value in mall.items() if name.endswith("_TRACKING_KEY")]
    assert len(tracking) == len(set(tracking)) > 2
    Settings.read(one, SERVICES)
    now = datetime.now(UTC)
    token = TokenSigner(one["MPP_TOKEN_PRIVATE_KEY"]).sign(Actor("operator", ()), now, timedelta(minutes=1))
    assert TokenVerifier(one["MPP_TOKEN_PUBLIC_KEY"]).verify(token, now).id == "operator"
