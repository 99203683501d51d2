"""How citizens are told in this mall, as the doctor says it."""

from __future__ import annotations

from mpp.messages.state import of_messages
from mpp.operations import region_files
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings


def told(settings: Settings) -> tuple[str, str | None]:
    """By which ways, and what would keep a message from being of use; None where nothing does. What is wrong with the
    region's files is told elsewhere."""
    name = "pesan untuk warga | messages to citizens"
    try:
        channels = region_files.read(settings.for_services.region, printing=False).messages.channels
    except Problem:
        return name, None
    if not channels.configured:  # a choice, which is no mistake
        return f"{name}: daftar panggil loket saja | the counter's call list alone", None
    found = of_messages(channels, settings.for_services)
    return f"{name}: {', '.join(channels.configured)}", None if found.state == "good" else found.line()
