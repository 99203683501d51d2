"""What a request hands in: a file as the body itself, or as the one file of a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.http import parse_options_header

from mpp.casework.refusals import FieldError, invalid
from mpp.files.kinds import EXTENSIONS, FIELD
from mpp.web.bodies import unsupported
from mpp.web.multipart import AROUND, FORM, FileOfForm
from mpp.web.routing import HttpRequest

Read = Callable[[int], bytes]

MEDIA = (*EXTENSIONS, FORM)  # of a body that hands something in


@dataclass(frozen=True)
class HandedIn:
    """A file on its way in, its name if it has one. It has `length` bytes if that was `declared`, else at most."""

    media: str
    name: str | None
    read: Read
    length: int
    declared: bool = True


def least(request: HttpRequest) -> int:
    """How many bytes the file will have at least, by what is declared."""
    return max(0, request.length - AROUND) if request.media == FORM else request.length


def handed_in(request: HttpRequest, read: Read) -> HandedIn:
    """The file that `read` goes on to give. Raises Refused as `FileOfForm` does, and 415 or 422 for what a form says of
    its file."""
    if request.media != FORM:
        return HandedIn(request.media, _file_name(request), read, request.length)
    form = FileOfForm(read, request.length, request.headers.get("Content-Type", ""), request.most)
    if form.media not in EXTENSIONS:
        if not form.read(1):  # what a browser sends where nobody has chosen a file
            raise invalid(FieldError(FIELD, "file_empty"))
        raise unsupported(EXTENSIONS)
    return HandedIn(form.media, form.name, form.read, request.length, declared=False)


def _file_name(request: HttpRequest) -> str | None:
    """The name in Content-Disposition, if any. Browsers and curl put UTF-8 into the plain form as well."""
    _, options = parse_options_header(request.headers.get("Content-Disposition"))
    name = options.get("filename")
    try:
        return None if name is None else name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name
