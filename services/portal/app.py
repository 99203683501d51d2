"""The portal, put together: pages, sessions, headers, and what happens when something fails."""

from __future__ import annotations

import traceback
from base64 import urlsafe_b64encode
from wsgiref.types import WSGIApplication

import structlog
from flask import Flask, Response, render_template, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as Answered

from mpp.hosting.pages import PagesSettings
from services.portal import packing, rendering, serving
from services.portal.api.calls import Away, Interface
from services.portal.api.client import Refusal
from services.portal.api.in_process import InProcess
from services.portal.asking import asked
from services.portal.citizen import filing, own_papers
from services.portal.citizen import pages as citizen
from services.portal.clerk import pages as clerk
from services.portal.clerk import scanning
from services.portal.clerk.signing_in import keep_and_sign_in, to_sign_in
from services.portal.forms import handing_in
from services.portal.operator import pages as operator
from services.portal.session import SealedSessions
from services.portal.signer import by_hand
from services.portal.signer import pages as signer
from services.portal.supervisor import pages as supervisor
from services.portal.texts import text

log = structlog.get_logger(__name__)

MOST_BODY = 64 * 1024  # of a form, as the door of the mall has it
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def inside(interface: WSGIApplication, settings: PagesSettings) -> WSGIApplication:
    """The portal in the process of the interface."""
    return create(InProcess(interface, settings.upload_max_bytes), settings)


def create(interface: Interface, settings: PagesSettings) -> Flask:
    """The WSGI application."""
    app = Flask("services.portal", static_folder=None)
    app.config.update(
        SECRET_KEY=urlsafe_b64encode(settings.key).decode(),  # of the tokens in forms; the session has its own seal
        WTF_CSRF_TIME_LIMIT=None,  # they end with the session
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, and no page of ours sends one
        MAX_CONTENT_LENGTH=MOST_BODY,
        MAX_FORM_MEMORY_SIZE=MOST_BODY,
    )
    app.session_interface = SealedSessions(settings.key)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["mpp.interface"] = interface
    app.extensions["mpp.public_url"] = settings.public_url
    app.extensions["mpp.upload_max_bytes"] = settings.upload_max_bytes
    app.before_request(_begin)
    protection = CSRFProtect(app)
    for view in (scanning.take, own_papers.take, by_hand.scan):  # they read their forms, with the token, by themselves
        protection.exempt(view)
    rendering.install(app)
    serving.install(app)
    app.register_blueprint(citizen.blueprint)
    app.register_blueprint(clerk.blueprint)
    app.register_blueprint(operator.blueprint)
    app.register_blueprint(signer.blueprint)
    app.register_blueprint(supervisor.blueprint)
    app.after_request(_end)
    _answer_failures(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app


def _begin() -> None:
    """What the access log may say of it: the address as it was declared, and who is signed in."""
    request.environ["mpp.route"] = request.url_rule.rule if request.url_rule else "none"
    request.environ["mpp.actor"] = asked().account


def _end(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    chosen = request.args.get("bahasa")
    if chosen in ("id", "en"):
        response.set_cookie("mpp_bahasa", chosen, max_age=365 * 86_400, samesite="Lax", httponly=True)
    return packing.packed(response, request.headers.get("Accept-Encoding", ""))


def _answer_failures(app: Flask) -> None:
    """Every way out is a page in the reader's language. Nothing of a request gets into the log but its route."""

    @app.errorhandler(Away)
    def away(_error: Away) -> tuple[str, int, dict[str, str]]:
        return render_template("trouble.html", kind="away"), 503, {"Retry-After": "5"}

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> tuple[str, int] | Answered:
        if refusal.status == 401:  # noqa: PLR2004
            session.clear()  # the token is over
            return to_sign_in()
        if refusal.status == 404:  # noqa: PLR2004
            return render_template("trouble.html", kind="not_found"), 404
        return render_template("trouble.html", kind="refused", refusal=refusal), refusal.status

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> filing.Page:
        if asked().needs_account and asked().token is None:
            return keep_and_sign_in()
        if request.endpoint == "citizen.file":
            return filing.again()
        if handing_in.by_script():
            return handing_in.told(text("trouble.stale_lost", asked().language), 400)
        return render_template("trouble.html", kind="stale"), 400

    @app.errorhandler(HTTPException)
    def told(error: HTTPException) -> tuple[str, int]:
        status = error.code or 500
        return render_template("trouble.html", kind="not_found" if status in (404, 405) else "failed"), status  # noqa: PLR2004

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[str, int]:
        frames = traceback.format_tb(error.__traceback__)[-8:]  # where, never with what
        log.error("page_failed", error=type(error).__name__, frames=frames, route=request.environ.get("mpp.route"))
        return render_template("trouble.html", kind="failed"), 500
