"""What a statement is given for its parameters, for the type checker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import Column, Row

from mpp.json_values import Json

SqlValue: TypeAlias = "Json | date | datetime | bytes"
SqlValues: TypeAlias = Mapping[str, SqlValue]

# A row of several columns. SQLAlchemy cannot say which ones where a table is described by `Table`; what reads a row
# gives a typed value on, and hands the row itself to nobody outside of its package.
AnyValues: TypeAlias = "tuple[Any, ...]"
AnyRow: TypeAlias = "Row[AnyValues]"
AnyColumn: TypeAlias = "Column[Any]"
