"""Schema versions of the tables that every service has, and how alembic runs any (`env.py`)."""
