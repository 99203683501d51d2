"""HTML pages: self-contained, with no address outside this server and no script inside the text."""

from __future__ import annotations

from importlib import resources

from markupsafe import Markup

from mpp.web.routing import HttpResponse
from mpp.web.texts.languages import Language

STATIC = "/api/v1/docs"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SENDING = CSP.replace("form-action 'none'", "form-action 'self'")
_MEDIA = {"html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}

_PAGE = Markup(
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="robots" content="noindex"><title>{title}</title>'
    '<link rel="stylesheet" href="{static}/page.css"></head><body class="sheet">{body}</body></html>'
)


def page(
    title: str, body: Markup, *, cache: str = "no-store", language: Language = "id", sends: bool = False
) -> HttpResponse:
    """A page with the shared style; `body` is escaped already. `sends`: a form in it may send to this server."""
    text = _PAGE.format(title=title, static=STATIC, body=body, language=language)
    policy = _SENDING if sends else CSP
    headers = {"Content-Security-Policy": policy, "Cache-Control": cache, "Content-Language": language}
    return HttpResponse(200, headers=headers, media=_MEDIA["html"], content=str(text))


def static(name: str) -> HttpResponse:
    """A file of the `static` folder; `name` is one of ours, never from outside."""
    text = resources.files("mpp.web").joinpath("static", name).read_text("utf-8")
    headers = {"Content-Security-Policy": CSP, "Cache-Control": "public, max-age=300"}
    return HttpResponse(200, headers=headers, media=_MEDIA[name.rsplit(".", 1)[1]], content=text)
