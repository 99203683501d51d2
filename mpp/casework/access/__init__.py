"""Who may see and do what: actors, the tree of offices, jurisdiction. Begin at `jurisdiction`."""
