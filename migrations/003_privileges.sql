-- What the application may do. The role lighthouse_app is declared in __main__.py and made before any migration.
GRANT USAGE ON SCHEMA public TO lighthouse_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON users, subscriptions, alert_channels TO lighthouse_app;
-- history is appended and read; it leaves by retention alone, and only the delivery of an alert is filled in later
GRANT SELECT, INSERT ON check_history, alert_history TO lighthouse_app;
GRANT UPDATE (delivered_at) ON alert_history TO lighthouse_app;
-- aggregates are made after this file ran: let the role read what the managing role adds to the schema
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO lighthouse_app;
