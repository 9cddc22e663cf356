"""The data volume, by its id: it outlives every machine."""

from __future__ import annotations

from ..first import READING
from ..metrics import ON_DEMAND
from ..row import AT_LEAST, Row

_EBS, _BY_VOLUME = "AWS/EBS", "VolumeId"

ROWS: tuple[Row, ...] = (
    Row(
        "volume-stalled",
        "VolumeStalledIOCheck",
        "The volume answers no I/O at all.",
        "Look at the AWS Health page.",
        period=60,
        periods=5,
        missing="notBreaching",  # a volume that is attached to nothing has no values
        critical=1,
        unit="stalled",
        direction=AT_LEAST,
        namespace=_EBS,
        dimension=_BY_VOLUME,
        free=(ON_DEMAND,),
        down=True,
    ),
    Row(
        "volume-iops",
        "VolumeIOPSExceededCheck",
        "More IOPS are asked of the volume than were bought.",
        READING,
        period=60,
        periods=15,
        of_them=10,
        missing="notBreaching",
        warn=1,
        unit="exceeded",
        direction=AT_LEAST,
        namespace=_EBS,
        dimension=_BY_VOLUME,
    ),
    Row(
        "volume-throughput",
        "VolumeThroughputExceededCheck",
        "More throughput is asked of the volume than was bought.",
        READING,
        period=60,
        periods=15,
        of_them=10,
        missing="notBreaching",
        warn=1,
        unit="exceeded",
        direction=AT_LEAST,
        namespace=_EBS,
        dimension=_BY_VOLUME,
    ),
)
