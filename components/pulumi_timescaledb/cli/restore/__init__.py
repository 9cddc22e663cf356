"""``tsdb restore``: a recovery point or a snapshot becomes the volume of a database on AWS; nothing is deleted."""
