"""Serves style sheets and scripts: public, and kept for a year, since another content has another address."""

from __future__ import annotations

from flask import Flask, Response, abort, request

from services.portal.assets import PREFIX, YEAR, assets


def install(app: Flask) -> None:
    """Add the address of files."""
    app.add_url_rule(f"{PREFIX}/<digest>/<name>", "asset", _asset)
    app.add_url_rule("/robots.txt", "robots", _robots)


def _asset(digest: str, name: str) -> Response:
    found = assets().get(name)
    if found is None or found.digest != digest:
        abort(404)
    gzipped = "gzip" in request.headers.get("Accept-Encoding", "").lower()
    response = Response(found.packed if gzipped else found.plain, content_type=found.media)
    if gzipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response.vary.add("Accept-Encoding")
    return response


def _robots() -> Response:
    # cases have addresses that anybody may have shared
    return Response("User-agent: *\nDisallow: /lacak/\nDisallow: /v/\nDisallow: /s/\n", content_type="text/plain")
