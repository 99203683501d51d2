"""`mpp demo`: clerks walk cases through a running mall. Begin at `walk`."""
