"""The cloud's API: moto over HTTP, and before it what moto lacks or is too lax about.

Added: a volume attaches to one instance at a time (``VolumeInUse``), and so does a network interface; attaching and
detaching plug and unplug a real disk; a volume still mounted stays attached; taking a host out of its group is noted
and leaves the host running (in moto it would be gone at once, with its volume); a volume made from a snapshot that was
taken here has its content; and calls can be made to fail, to be answered otherwise, and to take their time.
"""

from __future__ import annotations

import http.client
import io
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.boot.rig.disk import Disk, run

ZONE = "us-east-1a"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
_ERROR = (
    "<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors><RequestID>r</RequestID></Response>"
)


class Cloud:
    """The replaced cloud of one test.

    Attributes:
        calls: names of the API actions, in order.
        held: how many times a volume is answered to be in use although nobody holds it.
        failing: actions answered with an error 500.
        answers: actions, or paths of a service without any, that moto does not know, with what is answered.
        slow: actions that are answered at once and done in a thread, which gets the call's arguments and the call.
        terminated: instances whose group was asked for the next host.
        next_host: called when it is asked for.
        detached_mounted: volumes whose detaching was asked for while they were mounted.
    """

    def __init__(self) -> None:
        """Start it on a free port of the loopback address."""
        self.calls: list[str] = []
        self.bodies: list[str] = []
        self.held = 0
        self.failing: set[str] = set()
        self.answers: dict[str, str] = {}
        self.slow: dict[str, Callable[[dict[str, str], Callable[[], object]], None]] = {}
        self.terminated: list[str] = []
        self.next_host: Callable[[], None] | None = None
        self.detached_mounted: list[str] = []
        self._disks: dict[str, Disk] = {}
        self._contents: dict[str, Path] = {}
        self._holders: dict[str, str] = {}
        self._folders: dict[str, Path] = {}
        self._app = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True, request_handler=_Quiet)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.ec2 = self.client("ec2")

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def client(self, service: str) -> Any:
        """A client of a service."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def stop(self) -> None:
        """End it; disks are unplugged."""
        for disk in self._disks.values():
            disk.unplug()
        reset = http.client.HTTPConnection("127.0.0.1", self._server.server_port, timeout=10)
        reset.request("POST", "/moto-api/reset")
        reset.getresponse().read()
        reset.close()
        self._server.shutdown()
        self._server.server_close()

    def volume(self, disk: Disk, name: str, snapshot: str | None = None, tags: Iterable[str] = ()) -> str:
        """A volume with that disk's content and identity; returns its id."""
        given = [{"Key": "timescaledb-database", "Value": name}, *({"Key": key, "Value": "before"} for key in tags)]
        arguments: dict[str, Any] = {"SnapshotId": snapshot} if snapshot else {"Size": 1}
        made = self.ec2.create_volume(
            AvailabilityZone=ZONE,
            TagSpecifications=[{"ResourceType": "volume", "Tags": given}],
            **arguments,
        )["VolumeId"]
        self._disks[made] = disk
        return str(made)

    def snapshot(self, volume: str, tags: dict[str, str]) -> str:
        """A snapshot with the volume's content; who writes to it is held up by the caller. Returns its id."""
        given = [{"Key": key, "Value": value} for key, value in tags.items()]
        made = self.ec2.create_snapshot(
            VolumeId=volume, TagSpecifications=[{"ResourceType": "snapshot", "Tags": given}]
        )["SnapshotId"]
        source = self._disks[volume].file
        self._contents[made] = source.with_name(f"{made}.img")
        run("cp", "--sparse=always", str(source), str(self._contents[made]))
        return str(made)

    def image(self) -> str:
        """Any image."""
        return str(self.ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"])

    def instance(self, folder: Path, identifier: str = "") -> dict[str, Any]:
        """A running instance whose disks' links appear in the folder; identifier: of one that a group has launched."""
        if identifier:
            made = self.ec2.describe_instances(InstanceIds=[identifier])["Reservations"][0]["Instances"][0]
        else:
            made = self.ec2.run_instances(
                ImageId=self.image(),
                MinCount=1,
                MaxCount=1,
                Placement={"AvailabilityZone": ZONE},
                InstanceType="t4g.micro",
            )["Instances"][0]
        self._folders[made["InstanceId"]] = folder
        return dict(made)

    def volume_ids(self) -> list[str]:
        """The data volumes of the test, in the order of their making."""
        return list(self._disks)

    def tags(self, volume: str) -> dict[str, str]:
        """A volume's tags."""
        found = self.ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0].get("Tags", [])
        return {tag["Key"]: tag["Value"] for tag in found}

    def metrics(self) -> list[dict[str, Any]]:
        """Every metric that was sent: name and dimensions."""
        return list(self.client("cloudwatch").list_metrics()["Metrics"])

    def metric_names(self) -> set[str]:
        """Their names."""
        return {each["MetricName"] for each in self.metrics()}

    def values(self, name: str) -> list[float]:
        """What was sent of a metric, in order; of one second, the most."""
        now = datetime.now(tz=timezone.utc)
        hour, statistic = timedelta(hours=1), "Maximum"
        found = self.client("cloudwatch").get_metric_statistics(
            **next(each for each in self.metrics() if each["MetricName"] == name),
            StartTime=now - hour,
            EndTime=now + hour,
            Period=1,
            Statistics=[statistic],
        )
        points = sorted(found["Datapoints"], key=lambda point: point["Timestamp"])
        return [float(point[statistic]) for point in points]

    def release(self, volume: str) -> None:
        """Take a volume from its holder, as EC2 does when an instance is gone."""
        if holder := self._holders.get(volume):
            self.ec2.detach_volume(VolumeId=volume, InstanceId=holder)

    def _serve(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        if ".s3." in environ.get("HTTP_HOST", ""):
            return list(self._app(environ, start))  # objects, of which nothing is counted
        form = {key: values[0] for key, values in urllib.parse.parse_qs(body.decode("utf-8", "replace")).items()}
        action = form.get("Action") or environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2] or _smithy(environ)
        self.calls.append(action)
        self.bodies.append(body.decode("utf-8", "replace"))
        refusal = self._refusal(action, form)
        if refusal:
            status, text = refusal
            start(status, [("Content-Type", "text/xml"), ("Content-Length", str(len(text)))])
            return [text.encode()]
        if action in self.slow:
            call = partial(self._pass_on, action, form, environ, lambda *_: None)
            threading.Thread(target=self.slow[action], args=(form, call), daemon=True).start()
            start("200 OK", [("Content-Type", "text/xml")])
            return [f"<{action}Response><{action}Result/></{action}Response>".encode()]
        return self._pass_on(action, form, environ, start)

    def _pass_on(
        self, action: str, form: dict[str, str], environ: dict[str, Any], start: Callable[..., Any]
    ) -> Iterable[bytes]:
        answered: list[str] = []

        def noting(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            answered.append(status)
            return start(status, headers, error)

        answer = list(self._app(environ, noting))
        if answered and answered[0].startswith("200"):
            self._after(action, form, b"".join(answer).decode("utf-8", "replace"))
        return answer

    def _refusal(self, action: str, form: dict[str, str]) -> tuple[str, str] | None:
        if action in self.failing:
            return "500 Internal Server Error", _ERROR.format("InternalError", "made to fail")
        if action in self.answers:
            return "200 OK", self.answers[action]
        volume = form.get("VolumeId", "")
        if action == "AttachVolume" and (self.held > 0 or self._holders.get(volume)):
            self.held -= 1
            return "400 Bad Request", _ERROR.format("VolumeInUse", f"{volume} is already attached to an instance")
        if action == "DetachVolume" and self._in_use(volume):
            self.detached_mounted.append(volume)
            return "400 Bad Request", _ERROR.format("IncorrectState", f"{volume} is busy")
        if action == "AttachNetworkInterface":
            wanted = form["NetworkInterfaceId"]
            found = self.ec2.describe_network_interfaces(NetworkInterfaceIds=[wanted])["NetworkInterfaces"][0]
            if found["Status"] == "in-use":
                return "400 Bad Request", _ERROR.format("InvalidNetworkInterface.InUse", f"{wanted} is in use")
        if action == "TerminateInstanceInAutoScalingGroup":
            self.terminated.append(form["InstanceId"])
            if self.next_host:
                self.next_host()
            text = "<TerminateInstanceInAutoScalingGroupResponse><TerminateInstanceInAutoScalingGroupResult/>"
            return "200 OK", text + "</TerminateInstanceInAutoScalingGroupResponse>"
        return None

    def _in_use(self, volume: str) -> bool:
        device = self._disks[volume].device
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8")
        return device is not None and any(
            line.startswith((f"{device} ", f"{device}p1 ")) for line in mounts.splitlines()
        )

    def _after(self, action: str, form: dict[str, str], answer: str) -> None:
        if action == "AttachVolume":
            volume, instance = form["VolumeId"], form["InstanceId"]
            self._holders[volume] = instance
            if instance in self._folders:
                link = f"nvme-Amazon_Elastic_Block_Store_{volume.replace('-', '')}"
                self._disks[volume].plug(self._folders[instance], link)
        elif action == "DetachVolume":
            self._holders.pop(form["VolumeId"], None)
            self._disks[form["VolumeId"]].unplug()
        elif action == "CreateVolume" and (content := self._contents.get(form.get("SnapshotId", ""))):
            (volume,) = re.findall(r"<volumeId>(vol-[0-9a-f]+)</volumeId>", answer)
            file = content.with_name(f"{volume}.img")
            run("cp", "--sparse=always", str(content), str(file))
            self._disks[volume] = Disk(file)


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing on the terminal; :attr:`Cloud.calls` has every call."""


def _smithy(environ: dict[str, Any]) -> str:
    """The action of a request that names it in its path, as CloudWatch's newer protocol does."""
    return str(environ.get("PATH_INFO", "")).rpartition("/operation/")[2]
