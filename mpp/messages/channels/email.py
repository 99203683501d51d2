"""E-mail by the region's mail server, over STARTTLS. What that server has taken counts as delivered."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mpp.clock import Clock
from mpp.messages.book import ADDRESS, EmailChannel
from mpp.messages.channels.port import Failed, NeverSeen, NotTaken, Outcome, Outgoing, Taken

SECONDS = 15.0
NAME = "email"


@dataclass
class MailServer:
    """The server, and who the mall is there. `context`: whom it trusts; None: what the system trusts."""

    settings: EmailChannel
    clock: Clock
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    context: ssl.SSLContext | None = None
    seconds: float = SECONDS
    name: str = NAME
    can_tell: bool = False

    def send(self, message: Outgoing) -> Outcome:
        """Errors of smtplib hold the address, so none leaves this method."""
        if not ADDRESS.fullmatch(message.to):
            return NotTaken("address_malformed")
        try:
            letter = self._letter(message)
        except ValueError:  # a line break where a header has none
            return NotTaken("address_malformed")
        try:
            return self._handed_over(letter, message.to)
        except smtplib.SMTPRecipientsRefused as refused:
            lasting = all(code >= 500 for code, _ in refused.recipients.values())
            return NotTaken("refused") if lasting else Failed("provider_busy", maybe_sent=False)
        except (smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError):
            return Failed("provider_credentials", maybe_sent=False)
        except smtplib.SMTPDataError as error:  # it has read the letter and said no
            return NotTaken("refused") if error.smtp_code >= 500 else Failed("provider_busy", maybe_sent=False)
        except OSError:
            return Failed("provider_away", maybe_sent=False)

    def _handed_over(self, letter: EmailMessage, to: str) -> Outcome:
        with smtplib.SMTP(self.settings.host, self.settings.port, timeout=self.seconds) as server:
            if self.settings.starttls:
                server.starttls(context=self.context or ssl.create_default_context())
            if self.user is not None:
                server.login(self.user, self.password or "")
            try:
                server.send_message(letter, self.settings.sender, [to])
            except OSError as error:  # which those of smtplib are, too: all but one say what the server said
                if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
                    raise
                server.close()
                return Failed("provider_silent", maybe_sent=True)  # nobody knows how far it came
            try:
                server.quit()
            except OSError:
                server.close()  # it has the letter
        return Taken(arrived=True)

    def ask(self, id_: str) -> Taken | NotTaken | NeverSeen | Failed:
        raise NotImplementedError("a mail server cannot be asked")

    def _letter(self, message: Outgoing) -> EmailMessage:
        """The letter. `EmailMessage` refuses line breaks in headers (ValueError)."""
        letter = EmailMessage(policy=SMTP)
        letter["From"] = self.settings.sender
        letter["To"] = message.to
        letter["Subject"] = message.words.subject or ""
        letter["Date"] = format_datetime(self.clock.now())
        letter["Message-ID"] = f"<{message.id}@{self.settings.sender.rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"  # no out-of-office answers (RFC 3834)
        letter["Content-Language"] = message.language
        letter.set_content(message.words.text)
        return letter


def _away(*, sent: bool) -> Failed:
    return Failed("provider_silent" if sent else "provider_away", maybe_sent=sent)
