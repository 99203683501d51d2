"""What a person reads in an answer, in Indonesian and English. Begin at `lookup`."""
