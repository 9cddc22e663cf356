"""Nested blocks that instances and launch templates share, with their names on the wire."""

from __future__ import annotations

from tools.engine.plugins.aws.fields import same

METADATA = {
    "httpEndpoint": "HttpEndpoint",
    "httpProtocolIpv6": "HttpProtocolIpv6",
    "httpPutResponseHopLimit": "HttpPutResponseHopLimit",
    "httpTokens": "HttpTokens",
    "instanceMetadataTags": "InstanceMetadataTags",
}
DISK = {
    "deleteOnTermination": "DeleteOnTermination",
    "encrypted": "Encrypted",
    "iops": "Iops",
    "kmsKeyId": "KmsKeyId",
    "throughput": "Throughput",
    "volumeSize": "VolumeSize",
    "volumeType": "VolumeType",
}
CREDITS = same("cpuCredits")
RECOVERY = same("autoRecovery")
LARGEST_USER_DATA = 16384
"""Bytes of user data before base64 (EC2 user guide, "Run commands when you launch an EC2 instance")."""
