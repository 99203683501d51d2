"""What may be said about an exception in a log or a table: its kind and its place, never its text.

The text of an exception often quotes what was being worked on (PostgreSQL prints the row, a parser its input).
"""

from __future__ import annotations

import traceback
from pathlib import Path


def describe(error: BaseException) -> dict[str, str]:
    """`error`: the kind, with the kind of its cause; `place`: file, line and function where it was raised."""
    kind = type(error).__name__
    code = getattr(error, "code", None)
    if isinstance(code, str) and code.isidentifier():
        kind = f"{kind}({code})"
    if error.__cause__ is not None:
        kind = f"{kind} from {type(error.__cause__).__name__}"
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    if not ours:
        return {"error": kind, "place": "unknown"}
    last = ours[-1]
    return {"error": kind, "place": f"{Path(last.filename).name}:{last.lineno} {last.name}"}


def reason(error: BaseException) -> str:
    """The same in one line, as it is stored beside what failed."""
    about = describe(error)
    return f"{about['error']} at {about['place']}"
