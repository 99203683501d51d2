"""The table for a spreadsheet, as the mall makes it."""

from __future__ import annotations

from flask import Response, request

from services.portal.asking import asked
from services.portal.supervisor.overview import FILTERS, query_of


def export() -> Response:
    """What the filters of the address leave."""
    query = query_of({name: request.args.get(name, "") for name in FILTERS})
    found = asked().mall.file("/worklist/export", query, media="text/csv")
    disposition = found.headers.get("content-disposition", "attachment")
    return Response(found.body, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})
