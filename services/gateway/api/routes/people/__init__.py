"""Who is who: accounts and their sessions, colleagues, drafts, and the look-up of a resident."""
