"""``tsdb plan``: what a run would do, inside the databases and everywhere else, for people, machines and reviews."""
