"""The command line ``tsdb``: verify, doctor, status, url. Each is a thin wiring of pure calculation."""
