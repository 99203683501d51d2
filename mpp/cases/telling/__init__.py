"""Messages of cases: who is told, what has become of it, and whom the counter calls. Begin at `addressees`."""
