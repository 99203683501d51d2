"""Whether a signed PDF still shows what was sent: a signature that is appended may paint over all of it.

Everything that was there must be there unchanged, but where a signature that nobody sees leaves its trace: in the
catalog, in the list of annotations of a page, and in what tells of the file (Info, metadata). Runs in the worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject, Reference
    from pyhanko.pdf_utils.reader import PdfFileReader

_OF_A_SIGNATURE = frozenset({"/AcroForm", "/Perms", "/Extensions", "/DSS", "/Version", "/Metadata"})  # in a catalog
_HIDDEN = 1 << 1  # of an annotation's flags


def shows_other(before: PdfFileReader, after: PdfFileReader) -> bool:
    """Whether `after`, which begins with the bytes of `before`, shows anything else."""
    if after.encrypted or before.root_ref != after.root_ref:
        return True
    first = before.xrefs.total_revisions
    for revision in range(first, after.xrefs.total_revisions):
        if after.xrefs.refs_freed_in_revision(revision):
            return True
        if any(_changed(before, after, ref) for ref in after.xrefs.explicit_refs_in_revision(revision)):
            return True
    return "/AcroForm" in after.root and "/XFA" in after.root["/AcroForm"]


def _changed(before: PdfFileReader, after: PdfFileReader, ref: Reference) -> bool:
    from pyhanko.pdf_utils.generic import DictionaryObject, Reference
    from pyhanko.pdf_utils.misc import PdfReadError

    at = Reference(ref.idnum, ref.generation, before)
    try:
        was = at.get_object()
    except PdfReadError:
        return False  # new: seen only where something that was there leads to it
    now = Reference(ref.idnum, ref.generation, after).get_object()
    if at == before.root_ref:
        return _other_keys(was, now, _OF_A_SIGNATURE)
    if at.idnum in _tells_of_the_file(before):
        return False
    if (
        isinstance(was, DictionaryObject)
        and isinstance(now, DictionaryObject)
        and "/Type" in was
        and was["/Type"] == "/Page"
    ):
        return _other_keys(was, now, frozenset({"/Annots"})) or _annotated(was, now)
    return _written(was) != _written(now)


def _tells_of_the_file(before: PdfFileReader) -> set[int]:
    """The objects of the title, the author and the like, which a signing service may date anew."""
    from pyhanko.pdf_utils.generic import IndirectObject

    trailer, root = before.trailer_view, before.root
    told = [held.raw_get(key) for held, key in ((trailer, "/Info"), (root, "/Metadata")) if key in held]
    return {each.idnum for each in told if isinstance(each, IndirectObject)}


def _other_keys(was: PdfObject, now: PdfObject, may: frozenset[str]) -> bool:
    """Whether two dictionaries differ in anything but these keys."""
    from pyhanko.pdf_utils.generic import DictionaryObject

    if not isinstance(was, DictionaryObject) or not isinstance(now, DictionaryObject):
        return True
    keys = {*was, *now} - may
    return any(key not in was or key not in now or _raw(was, key) != _raw(now, key) for key in keys)


def _annotated(was: DictionaryObject, now: DictionaryObject) -> bool:
    """Whether a page has more or less annotations than before, other than signatures that nobody sees."""
    old, new = ([*page["/Annots"]] if "/Annots" in page else [] for page in (was, now))
    if list(map(_written, new[: len(old)])) != list(map(_written, old)):
        return True
    return any(not _unseen_signature(each.get_object()) for each in new[len(old) :])


def _unseen_signature(annotation: PdfObject) -> bool:
    from pyhanko.pdf_utils.generic import DictionaryObject

    if not isinstance(annotation, DictionaryObject) or "/FT" not in annotation or annotation["/FT"] != "/Sig":
        return False
    left, low, right, high = (float(side) for side in annotation["/Rect"])
    return left == right or low == high or ("/F" in annotation and bool(int(annotation["/F"]) & _HIDDEN))


def _raw(found: DictionaryObject, key: str) -> bytes:
    return _written(found.raw_get(key))


def _written(found: PdfObject) -> bytes:
    """An object as it would be written: equal where two are the same."""
    from io import BytesIO

    out = BytesIO()
    found.write_to_stream(out, None)
    return out.getvalue()
