"""Build the image without any registry: a minimal Debian by debootstrap, packages on top, imported in one piece."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import docker

from tools.image import mirror, recipe
from tools.local import packages, process
from tools.local.failure import Stop

# A mount and process namespace of its own: whatever happens, no mount and no process of the build outlives it.
_NAMESPACE = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
_SURPLUS = (
    *("var/lib/apt/lists/*", "var/cache/apt/*", "var/cache/debconf/*-old", "var/lib/dpkg/*-old", "var/log/*"),
    *("usr/share/man/*", "usr/share/info/*", "usr/share/locale/*", "tmp/*", "dev/*"),
)
_NEEDED_BYTES = 2_500_000_000


def build(client: docker.DockerClient, work: Path, say: Callable[[str], None]) -> str:
    """Build and import the image, and return its reference.

    Args:
        client: the Docker Engine that receives it.
        work: folder for the unpacked system (about 700 MB, removed at the end).
        say: called with each stage in words.

    Raises:
        Stop: not root, no mirror, no space, or a package step failed.
    """
    if os.geteuid() != 0:
        raise Stop(
            "no image registry answers, and building the image needs root: run it as root once, or reach a registry."
        )
    debootstrap = packages.need("debootstrap", "debootstrap", purpose="building the image", say=say)
    if not mirror.KEYRING.exists():
        packages.install("debian-archive-keyring", say=say)
    source = mirror.of_this_machine()
    work.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(work).free < _NEEDED_BYTES:
        raise Stop(f"building the image needs 2.5 GB of free disk space in {work}: free some, or set XDG_CACHE_HOME.")
    with _folder(work) as root:
        say(f"unpacking a minimal Debian {recipe.SUITE}")
        _bootstrap(debootstrap, root, source)
        say("adding PostgreSQL, TimescaleDB, pg_cron and pgBackRest")
        _install(root, source)
        version = _timescaledb(root)
        _slim(root)
        say("importing it into the Docker Engine")
        return _import(client, root, version)


@contextmanager
def _folder(work: Path) -> Iterator[Path]:
    """A fresh folder that is removed at the end; what a killed build left is removed first."""
    for stale in work.glob("root-*"):
        shutil.rmtree(stale, ignore_errors=True)
    root = Path(tempfile.mkdtemp(prefix="root-", dir=work))
    root.chmod(0o755)
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _bootstrap(debootstrap: str, root: Path, source: mirror.Mirror) -> None:
    scripts = Path("/usr/share/debootstrap/scripts")
    script = [] if (scripts / recipe.SUITE).exists() else [str(scripts / "sid")]  # an older debootstrap
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    for text in source.settings.splitlines():
        key, _, value = text.rstrip(";").partition(" ")
        if key in ("Acquire::http::Proxy", "Acquire::https::Proxy"):
            env.setdefault(key.split("::")[1] + "_proxy", value.strip('"'))
    process.run(
        [*_NAMESPACE, debootstrap, "--variant=minbase", f"--keyring={mirror.KEYRING}", "--include=tzdata",
         recipe.SUITE, str(root), source.address, *script],
        what="unpacking a minimal Debian", env=env,
    )  # fmt: skip


def _install(root: Path, source: mirror.Mirror) -> None:
    borrowed = _borrow(root, source)
    _write(root, "etc/dpkg/dpkg.cfg.d/slim", recipe.DPKG_EXCLUDES)
    _write(root, "etc/postgresql-common/createcluster.conf", recipe.CLUSTER_CONF)
    _chroot(root, "groupadd", "--system", f"--gid={recipe.UID}", "postgres")
    _chroot(root, "useradd", "--system", f"--uid={recipe.UID}", f"--gid={recipe.UID}", "--no-log-init",
            "--home-dir=/var/lib/postgresql", "--shell=/bin/bash", "postgres")  # fmt: skip
    _chroot(root, "apt-get", "update", "-q")
    # The configuration file above is ours: keep it instead of asking.
    keep = ("-o", "Dpkg::Options::=--force-confold")
    _chroot(root, "apt-get", "install", "-y", "-q", "--no-install-recommends", *keep, *recipe.PACKAGES)
    for path in borrowed:
        path.unlink()
    _write(root, "etc/apt/sources.list", "")
    (root / "usr/local/bin/entrypoint").write_bytes(recipe.ENTRYPOINT.read_bytes())
    (root / "usr/local/bin/entrypoint").chmod(0o755)
    home = root / "var/lib/postgresql"
    home.mkdir(exist_ok=True)
    os.chown(home, recipe.UID, recipe.UID)


def _borrow(root: Path, source: mirror.Mirror) -> list[Path]:
    """Lend the build the machine's way to the mirror: names, certificates, proxy, credentials. All is taken back."""
    borrowed = [_write(root, "etc/apt/apt.conf.d/00-build", source.settings)]
    borrowed.append(_write(root, "usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n"))
    borrowed[-1].chmod(0o755)
    for name in ("etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt", "etc/apt/auth.conf"):
        if Path("/", name).is_file():
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(f"/{name}", target)
            borrowed.append(target)
    _write(root, "etc/apt/sources.list", f"deb {source.address} {recipe.SUITE} main\n")
    return borrowed


def _chroot(root: Path, *command: str) -> None:
    env = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "DEBIAN_FRONTEND": "noninteractive",
        "LC_ALL": "C.UTF-8",
        "HOME": "/root",
    }
    env.update({key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")})
    what = f"the image's `{' '.join(command[:2])}`"
    with open(root.parent / "build.log", "a", encoding="utf-8") as log:
        process.run(
            [*_NAMESPACE, f"--mount-proc={root}/proc", "chroot", str(root), *command],
            what=what, env=env, on_line=lambda text: print(text, file=log),
        )  # fmt: skip


def _timescaledb(root: Path) -> str:
    """The upstream version of the installed package: `2.19.3+dfsg-1` is 2.19.3."""
    name = f"postgresql-{recipe.POSTGRES_MAJOR}-timescaledb"
    _, output = process.run(
        ["chroot", str(root), "dpkg-query", "-W", "-f=${source:Upstream-Version}", name], what="reading the version"
    )
    return output.strip().split("+")[0]


def _slim(root: Path) -> None:
    for pattern in _SURPLUS:
        for path in root.glob(pattern):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for path in (root / "usr/share/doc").glob("*/*"):
        if path.name != "copyright":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _import(client: docker.DockerClient, root: Path, version: str) -> str:
    """Import the files, then configure them: `import` knows no STOPSIGNAL, so a second, empty layer sets it all."""
    reference = recipe.reference(version)
    files = f"{recipe.REPOSITORY}:files-{recipe.digest()}"
    repository, _, tag = files.rpartition(":")
    tar = subprocess.Popen(
        ["tar", "--create", "--numeric-owner", "--xattrs", "--directory", str(root), "."],
        stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        client.api.import_image_from_stream(tar.stdout, repository, tag)
    finally:
        if tar.stdout is not None:
            tar.stdout.close()
        code = tar.wait()
    try:
        if code != 0:
            raise Stop(
                f"packing the image failed (tar ended with {code}): look at the free disk space and run it again."
            )
        dockerfile = "\n".join([f"FROM {files}", *recipe.changes(version)])
        client.images.build(fileobj=io.BytesIO(dockerfile.encode()), tag=reference, rm=True, forcerm=True)
    finally:
        client.images.remove(files)
    return reference


def _write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
