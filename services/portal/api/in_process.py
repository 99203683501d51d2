"""The interface in the same process: called as a server would call it."""

from __future__ import annotations

from wsgiref.types import WSGIApplication

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from services.portal.api.calls import Answer, Call


class InProcess:
    """Calls a WSGI application."""

    def __init__(self, application: WSGIApplication, most: int = 0) -> None:
        self._application = application
        self._most = most  # bytes of a document, as the door of the mall would say

    def send(self, call: Call) -> Answer:
        """See `Interface.send`."""
        visitor = call.visitor
        builder = EnvironBuilder(
            path=call.path,
            method=call.method,
            query_string=dict(call.query),
            headers=Headers(dict(call.headers)),
            data=call.body or None,
            base_url=f"{visitor.scheme}://{visitor.host}",
        )
        environ = builder.get_environ()
        environ["REMOTE_ADDR"] = visitor.address
        if call.stream is not None:
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = call.stream, str(call.stream.length)
            environ["CONTENT_TYPE"] = call.headers["Content-Type"]  # the builder has made up a boundary of its own
            environ["mpp.most"] = self._most
        if visitor.forwarded:
            environ["HTTP_X_FORWARDED_FOR"] = visitor.forwarded
            environ["HTTP_X_FORWARDED_PROTO"] = visitor.scheme
        with Response.from_app(self._application, environ, buffered=True) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, response.get_data())
