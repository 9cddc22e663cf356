"""Configurations that are complete, to start a test from."""

DOCKER = {"lighthouse:image": "timescale/timescaledb:2.29.2-pg17", "lighthouse:image_family": "timescaledb"}
DISTRIBUTION = {
    "lighthouse:image": "lighthouse/postgres:1",
    "lighthouse:image_family": "distribution",
    "lighthouse:apache_fallback": "true",
}
MANAGED = {
    "lighthouse:target": "managed",
    "lighthouse:managed_host": "db.example.com",
    "lighthouse:password_ref": "env:DATABASE_PASSWORD",
}
EC2 = {"lighthouse:target": "ec2", "lighthouse:password_ref": "ssm:/lighthouse/dev/db/password"}
