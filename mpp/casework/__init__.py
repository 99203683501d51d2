"""The rules of casework, pure: no framework, no database, no file or network access.

`access`, `codes` and `time` are values without a case; `case` is what happened, and stands on them; `rules` decides
what may happen next, and stands on all of these. Calendars, office hours and regions come in as values:
`mpp.calendars` and `mpp.regions` read them from files.
"""
