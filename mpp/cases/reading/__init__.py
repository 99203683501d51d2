"""What people read of cases: lists, searches, worklists, one case in full. Begin at `presenter`."""
