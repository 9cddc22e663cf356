"""All that is said to PostgreSQL: reading the catalogs, planning, converging. Knows nothing of Pulumi."""
