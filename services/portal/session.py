"""Who is signed in, in a cookie that the browser can neither read nor change.

The whole session is in the cookie, sealed (Fernet: AES-128-CBC with HMAC-SHA256): any copy of the portal can open it,
none keeps anything, and nothing is left on a shared PC when the browser closes. A script never sees it (HttpOnly). What
was not used for IDLE is over, as the moment of sealing is part of it; log-out ends the token in it at the mall, so that
a copy of the cookie is worth nothing from then on.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin

IDLE = timedelta(minutes=30)
_RENEWED = 60  # seconds: an unchanged session is sealed anew when it is older than that
_LONGEST = 3_800  # bytes that browsers keep of one cookie
NAME = "mpp_sesi"


class SealedSession(SecureCookieSession):
    """A session, with the moment at which it was sealed last."""

    sealed_at: int = 0


class SealedSessions(SessionInterface):
    """Reads and writes the cookie. `clock` tells seconds since 1970."""

    def __init__(self, key: bytes, clock: Callable[[], float] = time.time) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(key))
        self._clock = clock

    def open_session(self, app: Flask, asked: Request) -> SealedSession:
        """What the cookie holds; empty where there is none, it is over, or somebody made it up."""
        sealed = asked.cookies.get(NAME)
        if not sealed:
            return SealedSession()
        now = int(self._clock())
        try:
            text = self._fernet.decrypt_at_time(sealed.encode(), int(IDLE.total_seconds()), now)
            found = SealedSession(json.loads(text))
            found.sealed_at = self._fernet.extract_timestamp(sealed.encode())
        except (InvalidToken, ValueError):
            return SealedSession()
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie where something changed or it is time to; remove it where nothing is left."""
        if not session:
            if session.modified:
                response.delete_cookie(NAME, httponly=True, samesite="Lax")
            return
        now = int(self._clock())
        if not session.modified and now - getattr(session, "sealed_at", 0) < _RENEWED:
            return
        sealed = self._fernet.encrypt_at_time(json.dumps(dict(session)).encode(), now).decode()
        if len(sealed) > _LONGEST:
            raise ValueError("the session does not fit into a cookie")
        response.set_cookie(NAME, sealed, httponly=True, samesite="Lax", secure=request.is_secure)
