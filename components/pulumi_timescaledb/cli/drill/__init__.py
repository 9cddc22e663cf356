"""``tsdb drill``: what an outage takes, measured through the database."""
