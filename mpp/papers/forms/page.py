"""A filled-in form as the renderer takes it: a snapshot that is never kept, without number, signer and code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from mpp.papers.forms.declared import PrintedForm
from mpp.papers.forms.filling import Values
from mpp.papers.snapshot import FORM, Letterhead, Service, Snapshot

_NOTHING_DRAWN = "-"  # a form bears no QR code


def page_of(
    form: PrintedForm,
    values: Values,
    service: tuple[str, Mapping[str, str]],
    printed_on: date,
    place: str,
    names: Sequence[str],
) -> Snapshot:
    """The form as it is printed for a service (code and name): its fields are the facts of the snapshot."""
    return Snapshot(
        kind=FORM,
        template=form.template_path,
        service=Service(*service),
        title={language: f"{form.code} {name}" for language, name in form.name.items()},
        number=None,
        code="",
        qr=_NOTHING_DRAWN,
        issued_on=printed_on,
        place=place,
        letterhead=Letterhead(tuple(names)),
        signer=None,
        signature="none",
        facts={"form": form.code, **values},
    )
