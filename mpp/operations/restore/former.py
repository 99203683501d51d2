"""What a restore has put aside: told, and removed when the operator says so."""

from __future__ import annotations

import os
from collections.abc import Callable

from mpp.hosting.definition import definitions
from mpp.operations.databases import databases_of
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings, required
from mpp.persistence.servers.swapping import Place, Server, SwapFailed

Say = Callable[[str], None]


def drop_former(say: Say, *, sure: bool) -> None:
    """List the databases that former restores have put aside; remove them if `sure`. Raises Problem.

    The ledgers of those malls stay: they are small, and prove what the former trail was.
    """
    settings = Settings.read(os.environ, definitions())
    with databases_of(settings) as at:
        server = Server(required(at.admin_database_url, "MPP_ADMIN_DATABASE_URL"))
        try:
            kept = server.kept(Place(name, url) for name, url in at.database_urls.items())
            for each in kept:
                say(f"{each.name}\t{each.size:,} byte")
                if sure:
                    server.drop(each.name)
        except SwapFailed as error:
            raise Problem(f"basis data: {error}", f"database: {error}") from error
        finally:
            server.dispose()
    if not kept:
        say("tidak ada yang disimpan | nothing is kept")
    elif sure:
        say("dihapus | removed")
    else:
        say("hapus dengan | remove them with: mpp drop-former --yes")
