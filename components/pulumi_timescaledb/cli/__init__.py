"""The command line ``tsdb``: verify, doctor, url. Each command is a thin wiring of pure calculation beside it."""
