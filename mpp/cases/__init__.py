"""Casework's working half: the rows, commands and queries that every case service shares."""
