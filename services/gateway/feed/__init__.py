"""The partners' pull feed: every public event of the mall, gap-free, for 30 days."""
