"""``tsdb doctor``: what is wrong inside a database, found by reading alone."""
