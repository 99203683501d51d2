"""What a backup says of itself: a JSON file beside its pieces, never encrypted, without anything of a person."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from mpp.cases.storage.holdings import Series
from mpp.json_values import JsonObject, mapping, moment, objects, optional_moment, optional_text, text, texts, whole
from mpp.operations.backup.pieces import Piece
from mpp.operations.problem import Problem
from mpp.persistence.servers.snapshots import Marks

NAME = "manifest.json"
FORM = 1


@dataclass(frozen=True)
class DatabaseEntry:
    """One database: its moment, how far it was, and what is counted again when it is back."""

    service: str
    at: datetime
    server: int
    marks: Marks
    cases: int
    series: tuple[Series, ...]
    documents: int
    piece: Piece


@dataclass(frozen=True)
class Manifest:
    """`keys` are fingerprints by name. `lost_documents` were named by a database and taken out by people meanwhile."""

    mall: str
    region: str
    begun_at: datetime
    done_at: datetime
    public_key: str | None
    keys: Mapping[str, str]
    databases: tuple[DatabaseEntry, ...]
    pieces: tuple[Piece, ...]
    documents: int
    document_bytes: int
    lost_documents: int
    warnings: tuple[str, ...] = field(default=())

    @property
    def as_of(self) -> datetime:
        """The moment up to which everything is in it: that of the first database."""
        return min(entry.at for entry in self.databases)

    def piece(self, name: str) -> Piece | None:
        """The piece of this name, encrypted or not."""
        return next((piece for piece in self.pieces if piece.name in (name, f"{name}.age")), None)

    def entry(self, service: str) -> DatabaseEntry:
        """The database of this service, which is in it."""
        return next(entry for entry in self.databases if entry.service == service)

    def write(self, folder: Path) -> None:
        """Into the folder of the backup, on disk."""
        found = {"form": FORM, **asdict(self)}
        with (folder / NAME).open("x", encoding="utf-8") as file:
            json.dump(found, file, indent=1, default=_plain)
            file.flush()
            os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """What the backup in this folder says. Raises Problem."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if found["form"] != FORM:
            raise Problem(
                f"{folder} ditulis oleh versi mal yang lain (bentuk {found['form']})",
                f"{folder} was written by another version of the mall (form {found['form']})",
            )
        return _manifest(found)
    except OSError as error:
        raise Problem(
            f"{folder} bukan cadangan mal: {NAME} tidak terbaca ({error.strerror})",
            f"{folder} is no backup: {NAME} cannot be read",
        ) from None
    except (ValueError, TypeError, KeyError):
        raise Problem(f"{folder / NAME} rusak", f"{folder / NAME} is damaged") from None


def _manifest(found: JsonObject) -> Manifest:
    keys = mapping(found, "keys")
    return Manifest(
        mall=text(found, "mall"),
        region=text(found, "region"),
        begun_at=moment(found, "begun_at"),
        done_at=moment(found, "done_at"),
        public_key=optional_text(found, "public_key"),
        keys={name: text(keys, name) for name in keys},
        databases=tuple(_database(each) for each in objects(found, "databases")),
        pieces=tuple(_piece(each) for each in objects(found, "pieces")),
        documents=whole(found, "documents"),
        document_bytes=whole(found, "document_bytes"),
        lost_documents=whole(found, "lost_documents"),
        warnings=texts(found, "warnings"),
    )


def _database(found: JsonObject) -> DatabaseEntry:
    marks = mapping(found, "marks")
    return DatabaseEntry(
        service=text(found, "service"),
        at=moment(found, "at"),
        server=whole(found, "server"),
        marks=Marks(
            schema=text(marks, "schema"),
            outbox_last=whole(marks, "outbox_last"),
            outbox_unsent=whole(marks, "outbox_unsent"),
            highest_version=whole(marks, "highest_version"),
            inbox_last=optional_moment(marks, "inbox_last"),
            sealed=whole(marks, "sealed"),
            head=text(marks, "head"),
            entries=whole(marks, "entries"),
        ),
        cases=whole(found, "cases"),
        series=tuple(
            Series(text(s, "office"), text(s, "series"), whole(s, "year"), whole(s, "last"))
            for s in objects(found, "series")
        ),
        documents=whole(found, "documents"),
        piece=_piece(mapping(found, "piece")),
    )


def _piece(found: JsonObject) -> Piece:
    return Piece(
        text(found, "name"),
        whole(found, "size"),
        text(found, "sha256"),
        whole(found, "plain_size"),
        text(found, "plain_sha256"),
    )


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
