"""The HTTP interface of the mall."""
