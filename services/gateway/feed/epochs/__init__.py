"""Epochs of the feed: positions count within one. A feed that was restored from an older copy begins another, because
it gives positions again that partners have seen with other events. Begin at `watch`."""
