"""What an operator asks of each service, in as many pieces as the mall answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import typer

from mpp.json_values import Json, JsonObject, whole
from mpp.operations.problem import Problem


def of_each(services: Iterable[str], number: Callable[[str], int]) -> int:
    """A line with the number of each service. The exit status: 1 when one of them did not answer, which is told."""
    status = 0
    for service in services:
        try:
            typer.echo(f"{service}\t{number(service)}")
        except Problem as problem:
            typer.echo(f"{service}: {problem}", err=True)
            status = 1
    return status


def in_pieces(ask: Callable[[Json], JsonObject], counted: str) -> int:
    """The sum over all pieces; `ask(after)` answers the next one, from the beginning for None. Raises Problem."""
    total, after = 0, None
    while True:
        done = ask(after)
        total += whole(done, counted)
        after = done.get("next")
        if after is None:
            return total
