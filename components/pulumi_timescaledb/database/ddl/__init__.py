"""The plain objects of a database as SQL text that makes them anew: read from the catalogs, never executed here.

Plain is what TimescaleDB adds nothing to: schemas, types, sequences, functions, tables, views, and what hangs on them.
The text comes from the server's own ``pg_get_*`` functions, so it needs no ``pg_dump`` of the right version. What no
module here writes is counted by :mod:`.uncovered` and named in the text, with its reason.
"""
