"""The one file of a `multipart/form-data` body, read while it arrives: no more than some kilobytes are ever held.

Anything beside the file is refused: several files would be several commands, and what the file is for stands in the
address.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData, Preamble

from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.web.bodies import shown_name
from mpp.web.routing import LONGEST_DISPOSITION

FORM = "multipart/form-data"
PART = "file"  # the name of the field that holds the file
AROUND = 64 * 1024  # bytes that the form itself may take, with all its lines around the file
_HELD = 16 * 1024  # bytes that are held at a time
_STEP = 8 * 1024
_BLANKS = 256  # that may stand behind a boundary
_BOUNDARY = re.compile(r"[ -~]{0,69}[!-~]")  # RFC 2046, 5.1.1

Read = Callable[[int], bytes]


class FileOfForm:
    """The file in a body of `length` bytes that `read` gives; `media` and `name` are what the form says of it.

    Raises Refused, now or while it is read: 400 `multipart_malformed` for what is no such form, `header_malformed` for
    a name that is too long, and `upload_cut_off`; 413 for a file of more than `most` bytes; 422 for a form without a
    file, with several, or with other fields.
    """

    def __init__(self, read: Read, length: int, content_type: str, most: int) -> None:
        boundary = parse_options_header(content_type)[1].get("boundary", "")
        if not _BOUNDARY.fullmatch(boundary):
            raise Refused(400, "multipart_malformed")
        self._read, self._left = read, length
        line = b"--" + boundary.encode("ascii")
        self._decoder = MultipartDecoder(line[2:], _HELD)
        self._boundary_begun = re.compile(re.escape(line) + rb"(-|[ \t]*)\Z")
        self._longest, self._last = len(line) + _BLANKS, b""
        self._most = most
        self._size = 0
        self._goes_on = True
        head = self._head()
        self.name = head.filename
        self.media = parse_options_header(head.headers.get("Content-Type", "text/plain"))[0].lower()

    def read(self, most: int) -> bytes:
        """The next bytes of the file, about `most`; b"" when it is over, and the form was right to its end."""
        found = bytearray()
        while self._goes_on and (not found or len(found) + _HELD <= most):
            event = self._next()
            assert isinstance(event, Data)
            found += event.data
            self._goes_on = event.more_data
            if not self._goes_on:
                _nothing_else(self._next())
        self._size += len(found)
        if self._size > self._most:
            raise Refused(413, "body_too_large", params={"max": self._most})
        return bytes(found)

    def _head(self) -> File:
        event = self._next()
        while isinstance(event, Preamble):
            event = self._next()
        if isinstance(event, Epilogue):
            raise invalid(FieldError(PART, "required"))
        if isinstance(event, Field) and event.name == PART:
            raise invalid(FieldError(PART, "not_a_file"))
        if not isinstance(event, File) or event.name != PART:
            raise _unknown(event)
        if len(event.headers["Content-Disposition"]) > LONGEST_DISPOSITION:
            long = FieldError("Content-Disposition", "too_long", {"max": LONGEST_DISPOSITION})
            raise Refused(400, "header_malformed", fields=[long])
        return event

    def _next(self) -> Event:
        """The next thing that is whole. The parser says by ValueError what it cannot read, or not hold."""
        while True:
            try:
                event = self._decoder.next_event()
                if not isinstance(event, NeedData):
                    return event
                self._decoder.receive_data(self._arrived())
            except (ValueError, RequestEntityTooLarge) as error:
                raise Refused(400, "multipart_malformed") from error

    def _arrived(self) -> bytes | None:
        """What the sender sent next; None at the end.

        Never up to the middle of a line with a boundary: there the parser (Werkzeug 3.1) takes the line break before
        it for a byte of the file.
        """
        if not self._left:
            return None
        found = self._take(_STEP)
        while self._left and len(found) < _STEP + _BLANKS and self._boundary_begun.search(self._tail(found)):
            found += self._take(1)
        self._last = self._tail(found)
        return found

    def _tail(self, found: bytes) -> bytes:
        return (self._last + found)[-self._longest :]

    def _take(self, most: int) -> bytes:
        part = self._read(min(most, self._left))
        if not part:
            raise Refused(400, "upload_cut_off")
        self._left -= len(part)
        return part


def _nothing_else(event: Event) -> None:
    if isinstance(event, File) and event.name == PART:
        raise invalid(FieldError(PART, "one_file_only"))
    if not isinstance(event, Epilogue):
        raise _unknown(event)


def _unknown(event: Event) -> Refused:
    name = event.name if isinstance(event, Field | File) else None
    return invalid(FieldError(shown_name(name or ""), "unknown_field"))
