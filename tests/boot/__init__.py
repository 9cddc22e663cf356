"""The boot program run for real: file systems, mounts, containers and PostgreSQL; the cloud around it is replaced."""
