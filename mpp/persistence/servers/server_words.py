"""What a database server says of an error, for who reads a message or a log."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError


def said_by_server(error: DBAPIError) -> str:
    """The server's own words in one line; SQLAlchemy's text would repeat statements and parameters."""
    words = " ".join(str(error.orig).split())
    return words or ("no answer" if isinstance(error, OperationalError) else type(error.orig).__name__)
