"""A mail server in a process of its own: `python -m tests.support.mail_server CERT KEY`.

The first line that it prints is its port; every other is a letter that it has taken. Whom a letter is for says what it
does with it: `rcpt.550@...`, `data.452@...`, `data.hangs-up@...`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import sys
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "mal", "sandi"
_HANGS_UP = "hangs-up"


class Box:
    """Says what it has taken."""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        step, _, code = address.partition("@")[0].partition(".")
        if step == "rcpt":
            return f"{code} no"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        step, _, code = envelope.rcpt_tos[0].partition("@")[0].partition(".")
        if step == "data" and code == _HANGS_UP:
            server.transport.close()
            return "250 OK"
        if step == "data":
            return f"{code} no"
        content = base64.b64encode(envelope.content).decode()
        print(json.dumps({"to": envelope.rcpt_tos, "content": content}), flush=True)
        return "250 OK"


def _check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


async def main() -> None:
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(*sys.argv[1:3])

    def connected() -> SMTP:
        return SMTP(
            Box(),
            hostname="localhost",
            tls_context=shown,
            require_starttls=True,
            authenticator=_check,
            auth_required=True,
            enable_SMTPUTF8=False,
        )

    server = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
