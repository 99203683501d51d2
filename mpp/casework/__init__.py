"""The rules of casework, pure: no framework, no database, no file or network access.

Calendars, office hours and regions come in as values; `mpp.calendars` and `mpp.regions` read them from files.
"""
