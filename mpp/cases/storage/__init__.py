"""Tables of casework and the statements on them. Begin at `tables`; `case_rows` reads and writes cases."""
