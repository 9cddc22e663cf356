"""Where a database runs: ``hosts.docker`` (a Docker engine), ``hosts.ec2`` (a machine on AWS) and ``hosts.managed``
(a server that exists already).

Every host keeps the contract of :mod:`pulumi_timescaledb.hosts.contract`, so that everything built on a database
asks for a host and not for a cloud.
"""
