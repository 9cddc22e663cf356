"""Databases made by hand: the odd one, and the shapes of the five reference systems. Plain SQL, run by psql's rules."""
