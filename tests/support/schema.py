"""What a database holds, as lines that can be compared: tables, columns, constraints, indexes."""

from __future__ import annotations

from sqlalchemy import NullPool, create_engine, text

_LINES = {
    "table": """
        SELECT c.relname, CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'logged' END
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    """,
    "column": """
        SELECT c.relname, concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || l.collname END,
            CASE WHEN a.attnotnull THEN 'not null' END,
            CASE a.attidentity WHEN 'a' THEN 'identity always' WHEN 'd' THEN 'identity by default' END,
            'default ' || pg_get_expr(d.adbin, d.adrelid))
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation l ON l.oid = a.attcollation
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    """,
    # a constraint's name is PostgreSQL's own choice; NOT NULL is told with the column
    "constraint": """
        SELECT c.relname, pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE c.relnamespace = 'public'::regnamespace AND k.contype <> 'n'
    """,
    "index": """
        SELECT c.relname, pg_get_indexdef(i.indexrelid)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
    """,
}


def schema_of(url: str) -> list[str]:
    """One line for each table, column, constraint and index; alembic's own table is left out."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        found = [
            f"{table}: {kind} {what}"
            for kind, query in _LINES.items()
            for table, what in connection.execute(text(query))
            if table != "alembic_version"
        ]
    engine.dispose()
    return sorted(found)
