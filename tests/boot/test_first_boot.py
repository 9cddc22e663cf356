"""First and later boots, the minute timer and the plain stop.

A plain run takes the first boot and one of all others about hosts, `make boot` every one.

Not proven here: that EC2, IMDS and Amazon Linux behave as their replacements do; no AWS account is involved, the
command line is awscli 1 and not 2, and systemd does not start the program.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pulumi_timescaledb.boot import metrics

from tests.boot.rig.disk import run
from tests.boot.rig.host import Host, durations
from tests.boot.rig.rig import Rig

REST = pytest.mark.sample("boot", of="hosts")


def test_a_blank_volume_becomes_a_database_that_clients_can_verify(rig: Rig, tmp_path: Path) -> None:
    """Formatted, tagged, mounted, started; the password and the authority are where clients look for them."""
    volume = rig.volume()
    host = rig.host()
    log = host.boot()
    assert {"timescaledb-initialized", "timescaledb-formatting"} <= set(rig.cloud.tags(volume)), log
    authority = tmp_path / "ca.crt"
    authority.write_text(rig.cloud.client("ssm").get_parameter(Name=rig.values.ca_parameter)["Parameter"]["Value"])
    with host.connect(sslmode="verify-ca", sslrootcert=str(authority)) as connection:
        assert connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone() == (True,)
    assert host.query("SELECT instance FROM timescaledb_host.heartbeat") == [(host.id,)]
    assert set(durations(log)) >= {"10-identify", "20-attach", "30-format", "40-mount", "80-database", "90-health"}
    assert host.query("SHOW max_wal_size") == [("64MB",)]  # handed over as data
    assert len(host.password()) == 40
    everything = log + host.said() + run("docker", "inspect", host.container)
    assert host.password() not in everything


@REST
def test_every_metric_goes_out_in_one_call_without_an_instance_id(booted: Callable[[], Host]) -> None:
    """One PutMetricData call; names are those of the list, the only dimension is the database's name."""
    host = booted()
    host.cloud.calls.clear()
    code, log = host.run("minute")
    assert code == 0, log
    assert host.cloud.calls.count("PutMetricData") == 1, host.cloud.calls
    sent = host.cloud.metrics()
    expected = {each.name for each in metrics().values() if each.group == "basic"}
    assert {each["MetricName"] for each in sent} == expected
    assert {json.dumps(each["Dimensions"]) for each in sent} == {
        json.dumps([{"Name": "Database", "Value": host.values.database_name}])
    }


@REST
def test_the_full_set_of_metrics_is_the_list_without_what_does_not_apply(rig: Rig) -> None:
    """Without archiving there is nothing of it to send; everything else of the list is sent."""
    rig.volume()
    host = rig.host(replace(rig.values, metrics="full"))
    host.boot()
    code, log = host.run("minute")
    assert code == 0, log
    listed = {each.name for each in metrics().values() if each.group != "event"}
    of_archives = {"ArchiveAgeSeconds", "ArchiveBackupAgeSeconds", "ArchiveFailures"}
    assert rig.cloud.metric_names() == listed - of_archives


@REST
def test_the_age_of_the_backup_is_that_of_the_newest_snapshot_else_of_the_volume(booted: Callable[[], Host]) -> None:
    """Asked again after a quarter of an hour; what makes other backups on the host leaves its time in a file."""
    host = booted()
    known = host.folder / "run/timescaledb-host/newest-backup"
    (volume,) = host.cloud.volume_ids()
    made = host.cloud.ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["CreateTime"]
    host.run("minute")
    assert int(known.read_text()) == int(made.timestamp())
    time.sleep(1.1)  # EC2 counts in seconds
    begun = host.cloud.ec2.create_snapshot(VolumeId=volume)["StartTime"]
    host.run("minute")
    assert int(known.read_text()) == int(made.timestamp())
    os.utime(known, (0, 0))
    code, log = host.run("minute")
    assert code == 0, log
    assert int(known.read_text()) == int(begun.timestamp()) > int(made.timestamp())
    day = 86_400
    assert host.cloud.values("BackupAgeSeconds")[-1] < day
    os.utime(known, None)
    known.write_text(f"{int(time.time()) - 2 * day}\n")
    host.run("minute")
    assert 2 * day <= host.cloud.values("BackupAgeSeconds")[-1] < 3 * day
    (host.mount / "host/last-backup").touch()
    host.run("minute")
    assert host.cloud.values("BackupAgeSeconds")[-1] < day


@REST
def test_a_second_boot_finds_the_rows_the_authority_and_the_password(rig: Rig) -> None:
    """Another host with the same volume: same data, same password, same authority; nothing is made again."""
    rig.volume()
    first = rig.host()
    first.boot()
    first.execute("CREATE TABLE kept AS SELECT 1 AS one")
    secret, authority = first.password(), (first.mount / "host/tls/ca.crt").read_bytes()
    code, log = first.run("stop", "--release")
    assert code == 0, log
    assert not first.is_mounted()
    second = rig.host()
    log = second.boot()
    assert "making a file system" not in log
    assert second.query("SELECT one FROM kept") == [(1,)]
    assert second.password() == secret
    assert (second.mount / "host/tls/ca.crt").read_bytes() == authority
    assert rig.cloud.detached_mounted == []


@REST
def test_a_boot_on_a_host_that_runs_changes_nothing(booted: Callable[[], Host]) -> None:
    """Taken again from the top, every step finds its work done; the server is not restarted."""
    host = booted()
    started = host.query("SELECT pg_postmaster_start_time()")
    log = host.boot()
    assert host.query("SELECT pg_postmaster_start_time()") == started, log


@REST
def test_declared_settings_are_followed_by_reload_or_restart(rig: Rig, booted: Callable[[], Host]) -> None:
    """PostgreSQL says what needs a restart, the rest is reloaded; what it refuses keeps neither it nor an heir down."""
    host = booted()
    ssm = host.cloud.client("ssm")
    name = host.values.config_parameter
    started = host.query("SELECT pg_postmaster_start_time()")
    kept = (host.folder / "etc/timescaledb-host/parameters").read_text()
    ssm.put_parameter(Name=name, Type="String", Value=kept + "work_mem = '7MB'\n")
    code, log = host.run("minute")
    assert code == 0, log
    assert host.query("SHOW work_mem") == [("7MB",)], log
    assert host.query("SELECT pg_postmaster_start_time()") == started, log
    ssm.put_parameter(Name=name, Type="String", Overwrite=True, Value=kept + "max_connections = 41\n")
    code, log = host.run("minute")
    assert code == 0, log
    assert host.query("SHOW max_connections") == [("41",)], log
    host.cloud.calls.clear()
    host.run("minute")
    assert host.cloud.calls == ["PutMetricData", "GetParameter", "GetParameter"]  # of the password, of the settings
    ssm.put_parameter(Name=name, Type="String", Overwrite=True, Value=kept + "work_mem = 'a lot'\n")
    code, log = host.run("minute")
    assert code == 0, log
    assert "work_mem: " in log
    assert "SettingsRefused" in host.cloud.metric_names()
    host.power_off()
    host.cloud.release(host.cloud.volume_ids()[0])
    heir = rig.host()
    heir.boot()
    assert heir.query("SHOW max_connections") == [("41",)]


@REST
def test_a_line_that_is_taken_out_again_is_followed_too(rig: Rig, booted: Callable[[], Host]) -> None:
    """Of a setting that needs a restart PostgreSQL reports an error in no line of any file: it is none."""
    host = booted()
    kept = (host.folder / "etc/timescaledb-host/parameters").read_text()

    def put(line: str) -> str:
        host.cloud.client("ssm").put_parameter(
            Name=host.values.config_parameter, Type="String", Overwrite=True, Value=f"{kept}{line}\n"
        )
        code, log = host.run("minute")
        assert code == 0, log
        return log

    put("wal_level = 'logical'")
    assert host.query("SHOW wal_level") == [("logical",)]
    log = put("work_mem = '7MB'")
    assert host.query("SHOW wal_level") == [("replica",)], log
    assert host.query("SHOW work_mem") == [("7MB",)]
    assert "refused" not in log
    assert "SettingsRefused" not in rig.cloud.metric_names()


@REST
def test_settings_that_no_server_starts_with_go_back_to_the_last_good_ones(
    rig: Rig, booted: Callable[[], Host]
) -> None:
    """A restart that fails on a host that serves, then a wrong line that the next host is the first to see."""
    host = booted()
    kept = (host.folder / "etc/timescaledb-host/parameters").read_text()

    def put(line: str) -> None:
        host.cloud.client("ssm").put_parameter(
            Name=host.values.config_parameter, Type="String", Overwrite=True, Value=f"{kept}{line}\n"
        )

    put("work_mem = '7MB'")
    assert host.run("minute")[0] == 0
    put("shared_buffers = '4000GB'")
    code, log = host.run("minute")
    assert code == 0, log
    assert "restarting for shared_buffers" in log
    assert "the declared settings are refused, the last good ones stay: the server does not start with them" in log
    assert "SettingsRefused" in rig.cloud.metric_names()
    assert host.query("SHOW work_mem") == [("7MB",)]
    started = host.query("SELECT pg_postmaster_start_time()")
    assert host.run("minute")[0] == 0
    assert host.query("SELECT pg_postmaster_start_time()") == started
    put("work_mem = 'a lot'")
    host.power_off()
    host.cloud.release(host.cloud.volume_ids()[0])
    heir = rig.host()
    log = heir.boot()
    assert "the last good ones stay" in log
    assert heir.query("SHOW work_mem") == [("7MB",)]


@REST
def test_a_database_that_was_stopped_is_started_within_a_minute_but_not_on_a_host_that_ends(
    booted: Callable[[], Host],
) -> None:
    """The engine itself starts none: it was stopped as the engine stops it. What the host's own stop ended stays so."""
    host = booted()
    run("docker", "stop", host.container)
    code, log = host.run("minute")
    assert code == 0, log
    assert "the database does not run, it is started" in log
    assert host.cloud.values("Up")[-1] == 1
    run("docker", "rm", "-f", host.container)
    assert host.run("minute")[0] == 0
    assert host.query("SELECT 1") == [(1,)]
    assert host.run("stop")[0] == 0
    assert host.run("minute") == (0, "")
    assert run("docker", "inspect", "--format", "{{.State.Running}}", host.container) == "false"


@REST
def test_pushed_settings_are_in_force_or_the_push_fails(booted: Callable[[], Host]) -> None:
    """What State Manager runs waits for a minute at work, and knows a version that the server refused."""
    host = booted()
    kept = (host.folder / "etc/timescaledb-host/parameters").read_text()

    def put(line: str) -> str:
        made = host.cloud.client("ssm").put_parameter(
            Name=host.values.config_parameter, Type="String", Overwrite=True, Value=f"{kept}{line}\n"
        )
        return str(made["Version"])

    first = put("work_mem = '7MB'")
    at_work = host.start("minute")
    code, log = host.run("push", first, PUSH_POLL="0.2")
    assert code == 0, log
    assert f"settings: version {first} is in force" in log
    assert host.query("SHOW work_mem") == [("7MB",)], log
    assert at_work.wait(timeout=60) == 0
    code, log = host.run("push", first)
    assert code == 0, log
    code, log = host.run("push", put("work_mem = 'a lot'"))
    assert code == 1, log
    assert "version 2 is refused by the server" in log
    code, log = host.run("push", "9", PUSH_SECONDS="1", PUSH_POLL="0.2")
    assert code == 1, log
    assert "version 9 is not in force, 2 is" in log


@REST
def test_outside_the_declared_hours_a_restart_waits(rig: Rig) -> None:
    """The setting stays pending and the host says so."""
    rig.volume()
    other = (time.gmtime().tm_hour + 12) % 24
    host = rig.host(replace(rig.values, restart_hours=[other]))
    host.boot()
    started = host.query("SELECT pg_postmaster_start_time()")
    kept = (host.folder / "etc/timescaledb-host/parameters").read_text()
    rig.cloud.client("ssm").put_parameter(
        Name=host.values.config_parameter, Type="String", Value=f"{kept}max_connections = 41\n"
    )
    _, log = host.run("minute")
    assert "max_connections wait for a restart" in log
    assert host.query("SELECT pg_postmaster_start_time()") == started


@REST
def test_a_changed_password_is_followed_and_reaches_no_log(booted: Callable[[], Host]) -> None:
    """Stored anew: within a minute clients use it; neither the server's statistics nor its log hold it, whatever is
    logged of statements."""
    host = booted()
    host.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    ssm = host.cloud.client("ssm")
    for setting in ("log_min_duration_sample = 0", "log_statement_sample_rate = 1", "log_transaction_sample_rate = 1",
                    "log_statement = 'all'", "log_min_duration_statement = 0"):  # fmt: skip
        host.execute(f"ALTER SYSTEM SET {setting}")
    host.execute("SELECT pg_reload_conf()")
    secret = "it's-an-other-1"
    ssm.put_parameter(Name=f"/{host.values.database_name}/password", Type="SecureString", Overwrite=True, Value=secret)
    code, log = host.run("minute")
    assert code == 0, log
    assert "the password of version 2 is the database's" in log
    code, log_after = host.run("minute")
    assert code == 0
    assert "password" not in log_after
    log += log_after
    assert host.query("SELECT count(*) FROM pg_stat_statements WHERE query ILIKE '%PASSWORD%other%'") == [(0,)]
    assert "an-other-1" not in run("docker", "logs", host.container) + log


@REST
def test_a_password_that_is_being_changed_is_in_no_view_of_what_runs(booted: Callable[[], Host]) -> None:
    """Held up by a lock, the statement can be looked for: whoever may see the activity does not see the password."""
    host = booted()
    secret = "it's-an-other-1"
    with host.connect() as holder, host.connect() as looker:
        holder.execute("BEGIN")
        holder.execute("LOCK pg_authid IN SHARE MODE")
        name = f"/{host.values.database_name}/password"
        host.cloud.client("ssm").put_parameter(Name=name, Type="SecureString", Overwrite=True, Value=secret)
        minute = host.start("minute")
        deadline = time.monotonic() + 60
        while looker.execute("SELECT FROM pg_locks WHERE NOT granted").fetchone() is None:
            assert time.monotonic() < deadline, "the password was not changed"
            time.sleep(0.1)
        shown = looker.execute("SELECT string_agg(query, ' ') FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        assert "PASSWORD" not in str(shown.fetchone())
        holder.execute("COMMIT")
    assert minute.wait(timeout=60) == 0
    with host.connect(secret) as client:
        assert client.execute("SELECT 1").fetchone() == (1,)


@REST
def test_a_password_that_exists_is_used(rig: Rig) -> None:
    """An existing secret by reference, here in Secrets Manager, is not replaced."""
    rig.volume()
    rig.cloud.client("secretsmanager").create_secret(Name=f"{rig.name}-p", SecretString="given-by-a-person")
    host = rig.host(replace(rig.values, password=f"secretsmanager:{rig.name}-p", password_made_here=False))
    host.boot()
    assert (host.folder / "run/timescaledb-host/secrets/password").read_text().strip() == "given-by-a-person"


@REST
def test_a_secret_without_a_value_gets_one(rig: Rig) -> None:
    """The deployment made the secret, the host its value."""
    rig.volume()
    secrets = rig.cloud.client("secretsmanager")
    secrets.create_secret(Name=f"{rig.name}-q")
    host = rig.host(replace(rig.values, password=f"secretsmanager:{rig.name}-q"))
    host.boot()
    assert len(secrets.get_secret_value(SecretId=f"{rig.name}-q")["SecretString"]) == 40


@REST
def test_a_missing_password_that_may_not_be_made_is_refused(rig: Rig) -> None:
    """One sentence, a metric, and no database without a password."""
    rig.volume()
    host = rig.host(replace(rig.values, password_made_here=False))
    code, log = host.run("run")
    assert code == 2
    assert "there is no password at ssm:" in log
    assert "BootRefused" in rig.cloud.metric_names()


@REST
def test_the_address_is_claimed_by_interface_and_name(rig: Rig) -> None:
    """The retained interface is taken from a dead host, the record points at it, the certificate names both."""
    rig.volume()
    subnet = rig.cloud.ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    interface = rig.cloud.ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]
    route53 = rig.cloud.client("route53")
    zone = route53.create_hosted_zone(Name="db.internal.", CallerReference=rig.name)["HostedZone"]["Id"].split("/")[-1]
    dead = rig.host()
    rig.cloud.ec2.attach_network_interface(
        NetworkInterfaceId=interface["NetworkInterfaceId"], InstanceId=dead.id, DeviceIndex=1
    )
    host = rig.host(
        replace(rig.values, interface=interface["NetworkInterfaceId"], dns_zone=zone, dns_name="main.db.internal.")
    )
    rig.cloud.calls.clear()
    log = host.boot()
    calls = [call for call in rig.cloud.calls if call.endswith("tachNetworkInterface")]
    assert calls == ["DetachNetworkInterface", "AttachNetworkInterface"], log
    found = rig.cloud.ec2.describe_network_interfaces(NetworkInterfaceIds=[interface["NetworkInterfaceId"]])
    assert found["NetworkInterfaces"][0]["Attachment"]["InstanceId"] == host.id, log
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    addresses = [each["ResourceRecords"][0]["Value"] for each in records if each["Type"] == "A"]
    assert addresses == [interface["PrivateIpAddress"]]
    certificate = run("openssl", "x509", "-in", str(host.mount / "host/tls/server.crt"), "-noout", "-text")
    assert f"IP Address:{interface['PrivateIpAddress']}, DNS:main.db.internal" in certificate


@REST
def test_a_name_that_could_not_be_set_is_set_within_a_minute(rig: Rig) -> None:
    """Route 53 was down while the host booted: the database served, and clients find it once it is back."""
    rig.volume()
    route53 = rig.cloud.client("route53")
    zone = route53.create_hosted_zone(Name="db.internal.", CallerReference=rig.name)["HostedZone"]["Id"].split("/")[-1]

    def addresses() -> list[str]:
        found = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        return [each["ResourceRecords"][0]["Value"] for each in found if each["Type"] == "A"]

    host = rig.host(replace(rig.values, dns_zone=zone, dns_name="main.db.internal."))
    setting = f"/2013-04-01/hostedzone/{zone}/rrset/"  # calls of Route 53 have a path and no name
    rig.cloud.failing = {setting}
    log = host.boot()
    assert "main.db.internal. was not set to" in log
    rig.cloud.failing = set()
    assert addresses() == []
    for times in (1, 0):
        rig.cloud.calls.clear()
        code, log = host.run("minute")
        assert code == 0, log
        assert rig.cloud.calls.count(setting) == times, log
        assert addresses() == [rig.cloud.instance(host.folder, host.id)["PrivateIpAddress"]], log


@REST
def test_a_database_that_cannot_be_asked_for_its_jobs_is_no_good_news(booted: Callable[[], Host]) -> None:
    """Two whose removal was cut, for instance: one failure in all, which warns; of many the alarm would be another."""
    host = booted()
    for name in ("odd", "even"):
        host.execute(f"CREATE DATABASE {name}")
        host.execute(f"UPDATE pg_database SET datconnlimit = -2 WHERE datname = '{name}'")
    code, log = host.run("minute")
    assert code == 0, log
    assert host.cloud.values("JobFailures")[-1] == 1


@REST
def test_a_database_of_somebody_else_runs_nothing_as_superuser(booted: Callable[[], Host]) -> None:
    """Its owner made what looks like the extension's view, and put a catalog of his own before the server's."""
    host = booted()
    host.execute("CREATE ROLE app LOGIN")
    host.execute("CREATE DATABASE app OWNER app TEMPLATE template0")
    texts = (
        "CREATE SCHEMA timescaledb_information",
        "CREATE FUNCTION public.grab() RETURNS timestamptz LANGUAGE plpgsql AS "
        "'BEGIN ALTER ROLE app SUPERUSER; RETURN now(); END'",
        "CREATE VIEW timescaledb_information.job_errors AS SELECT public.grab() AS finish_time",
        "CREATE VIEW public.pg_extension AS SELECT 'timescaledb'::text AS extname",
        "ALTER DATABASE app SET search_path = public, pg_catalog",
    )
    for text in texts:
        run("docker", "exec", host.container, "psql", "-U", "app", "-d", "app", "-v", "ON_ERROR_STOP=1", "-c", text)
    code, log = host.run("minute")
    assert code == 0, log
    assert host.cloud.values("JobFailures")[-1] == 0
    assert host.query("SELECT rolsuper FROM pg_roles WHERE rolname = 'app'") == [(False,)]


@REST
def test_failed_jobs_are_counted_by_the_view_of_the_extension_alone(booted: Callable[[], Host]) -> None:
    """One of the same name beside the extension is not read: who put it there would have it run as superuser."""
    host = booted()

    def psql(text: str) -> None:
        run("docker", "exec", "-i", host.container, "psql", "-U", host.values.user, "-v", "ON_ERROR_STOP=1", feed=text)

    psql(
        """CREATE EXTENSION IF NOT EXISTS timescaledb;
        INSERT INTO _timescaledb_internal.bgw_job_stat_history
            (job_id, pid, execution_start, execution_finish, succeeded)
        SELECT 7, 7, now() - age, now() - age, false
        FROM unnest(ARRAY[interval '1 s', '59 min', '61 min', '1 day']) age;"""
    )
    assert host.run("minute")[0] == 0
    assert host.cloud.values("JobFailures")[-1] in (2, 3)  # the extension's own may have failed, too, without a network
    psql(
        """ALTER EXTENSION timescaledb DROP VIEW timescaledb_information.job_errors;
        DROP VIEW timescaledb_information.job_errors;
        CREATE TABLE public.ran ();
        CREATE FUNCTION public.grab() RETURNS timestamptz LANGUAGE plpgsql AS
            'BEGIN DROP TABLE public.ran; RETURN now(); END';
        CREATE VIEW timescaledb_information.job_errors AS SELECT public.grab() AS finish_time;"""
    )
    assert host.run("minute")[0] == 0
    assert host.cloud.values("JobFailures")[-1] == 0
    psql("TABLE public.ran")


@REST
def test_certificates_are_made_anew_on_a_host_that_never_boots(booted: Callable[[], Host]) -> None:
    """Before they end; a minute that breaks off in between is made good by the next, and nobody is cut off for it."""
    host = booted()
    keys = host.mount / "host/tls"
    shown = host.folder / "etc/timescaledb-host/tls/server.crt"
    started = host.query("SELECT pg_postmaster_start_time()")
    first = shown.read_bytes()
    assert host.run("minute")[0] == 0
    assert shown.read_bytes() == first
    asked = run("openssl", "x509", "-x509toreq", "-in", f"{keys}/server.crt", "-signkey", f"{keys}/server.key")
    authority = ("-CA", f"{keys}/ca.crt", "-CAkey", f"{keys}/ca.key", "-set_serial", "1")
    made = run("openssl", "x509", "-req", *authority, "-days", "29", feed=f"{asked}\n")
    for file in (keys / "server.crt", shown):
        file.write_text(made + "\n")
    telling = host.folder / "opt/timescaledb-host/steps/80-database"
    program = telling.read_text()
    telling.write_text("exit 1\n")
    code, log = host.run("minute")
    assert code == 1, log
    assert "made a server certificate" in log
    second = shown.read_bytes()
    assert second not in (first, (made + "\n").encode())
    assert served(host) == first.decode().strip()
    telling.write_text(program)
    code, log = host.run("minute")
    assert code == 0, log
    assert host.cloud.values("CertificateDaysLeft")[-1] > 365
    assert served(host) == second.decode().strip() == shown.read_text().strip()
    applied = host.folder / "run/timescaledb-host/config-applied"
    for file in (keys / "server.crt", applied):  # by hand, as the runbook says
        file.unlink()
    assert host.run("minute")[0] == 0
    assert served(host) == shown.read_text().strip() != second.decode().strip()
    assert host.query("SELECT pg_postmaster_start_time()") == started
    assert host.run("minute")[0] == 0


def served(host: Host) -> str:
    """The certificate that a client is shown."""
    said = run("openssl", "s_client", "-starttls", "postgres", "-connect", f"127.0.0.1:{host.port}", feed="\n")
    return "-----BEGIN" + said.split("-----BEGIN")[1].split("END CERTIFICATE-----")[0] + "END CERTIFICATE-----"


def test_a_log_group_that_takes_nothing_holds_no_boot_up(rig: Rig) -> None:
    """The engine of this machine has no role, so that not one line is taken; the server runs, and its log is readable.

    That lines arrive where the engine has an instance's credentials is not proven here.
    """
    rig.volume()
    host = rig.host(replace(rig.values, log_group="/timescaledb/nobody"))
    host.boot()
    used = json.loads(run("docker", "inspect", "--format", "{{json .HostConfig.LogConfig}}", host.container))
    assert used["Type"] == "awslogs"
    assert used["Config"]["awslogs-stream"] == host.id
    assert "database system is ready to accept connections" in host.said()
    assert host.query("SELECT 1") == [(1,)]
    code, log = host.run("run")
    assert code == 0, log
    assert "made anew" not in log
