"""Who was told what: events are sent again, and each outbox is compared with each inbox, by their ids.

An id says when its event was made (UUIDv7), so a span of time is a range of ids, the same in every service's tables.
"""
