"""Rules that a counter of civil registration relies on. Pure: what the register knows comes in, findings come out."""
