"""The address that stands in QR codes: by https, or this machine's own, and the doctor says when that is not enough."""

from __future__ import annotations

import pytest

from mpp.operations.checking import doctor, public_address
from mpp.operations.settings import Settings


def read(**given: str) -> Settings:
    return Settings.read(given, ())


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://localhost:8000"),
        ({"PORT": "8080"}, "http://localhost:8080"),
        ({"MPP_PUBLIC_URL": "https://mpp.contoh.go.id/"}, "https://mpp.contoh.go.id"),
        ({"MPP_PUBLIC_URL": "https://contoh.go.id/mpp", "PORT": "8080"}, "https://contoh.go.id/mpp"),
        ({"MPP_PUBLIC_URL": "http://localhost:9000"}, "http://localhost:9000"),
    ],
)
def test_papers_name_the_public_address_or_this_machine(given: dict[str, str], address: str) -> None:
    assert read(**given).for_services.mall_url == address


@pytest.mark.parametrize(
    ("given", "warned"),
    [
        ({}, False),
        ({"MPP_BIND": "0.0.0.0"}, True),
        ({"MPP_PROXIES": "1"}, True),
        ({"MPP_PROXIES": "1", "MPP_PUBLIC_URL": "http://localhost:8000"}, True),
        ({"MPP_PROXIES": "1", "MPP_PUBLIC_URL": "https://mpp.contoh.go.id"}, False),
        ({"MPP_BIND": "0.0.0.0", "MPP_PUBLIC_URL": "https://mpp.contoh.go.id"}, False),
    ],
)
def test_the_doctor_warns_where_others_come_in_and_papers_name_this_machine(
    given: dict[str, str], warned: bool
) -> None:
    assert (public_address.told_of(read(**given)) is not None) is warned
    told = dict(doctor._findings("http://127.0.0.1:9", {"AMQP_URI": "amqp://u:p@127.0.0.1:9/", **given}))
    (found,) = [problem for name, problem in told.items() if name.startswith("alamat publik")]
    assert ("MPP_PUBLIC_URL" in (found or "")) is warned
