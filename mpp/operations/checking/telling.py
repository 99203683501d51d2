"""How citizens are told in this mall, as the doctor says it."""

from __future__ import annotations

from mpp.messages.book import EMAIL
from mpp.operations import region_files
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings


def told(settings: Settings) -> tuple[str, str | None]:
    """By which ways, and what would keep a message from being of use; None where nothing does. What is wrong with the
    region's files is told elsewhere."""
    try:
        channels = region_files.read(settings.for_services.region, printing=False).messages.channels
    except Problem:
        return "pesan untuk warga | messages to citizens", None
    if not channels.configured:
        return (
            "pesan untuk warga: daftar panggil loket saja | messages to citizens: the counter's call list alone",
            None,
        )
    name = f"pesan untuk warga | messages to citizens: {', '.join(channels.configured)}"
    secrets = settings.for_services.message_secrets
    without = [each for each in channels.http if secrets is None or each not in secrets.tokens]
    if without:
        variables = ", ".join(f"MPP_{each.upper()}_TOKEN" for each in without)
        return name, f"{variables} kosong: penyedia dikirimi tanpa token | empty: the provider gets no token"
    if settings.for_services.public_url is None and EMAIL in channels.configured:
        return (
            name,
            "MPP_PUBLIC_URL kosong: alamat dalam surel tidak dapat dibuka warga | citizens cannot open the address",
        )
    return name, None
