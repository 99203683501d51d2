"""${message}"""

from __future__ import annotations

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """A version that has shipped never changes; there is no way back but a backup."""
    ${upgrades if upgrades else "raise NotImplementedError"}
