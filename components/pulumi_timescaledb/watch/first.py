"""What to look at first where several alarms lead to the same; each sentence stands in their runbooks."""

CLIENTS = "Count the connections: `SELECT state, count(*) FROM pg_stat_activity GROUP BY state`."
EXPENSIVE = (
    "Find the expensive queries: `SELECT query, calls, mean_exec_time FROM pg_stat_statements "
    "ORDER BY total_exec_time DESC LIMIT 10`."
)
READING = (
    "Look for a query that reads whole chunks: `SELECT query, shared_blks_read FROM pg_stat_statements "
    "ORDER BY shared_blks_read DESC LIMIT 10`."
)
