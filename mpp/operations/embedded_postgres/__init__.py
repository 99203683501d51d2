"""A PostgreSQL of the mall's own, for `mpp run` without a database server. Begin at `server`."""
