"""Where the machine images are: one public parameter an architecture."""

from __future__ import annotations

from .instance_types import Architecture

# EC2 calls amd64 x86_64
ON_EC2: dict[Architecture, str] = {"arm64": "arm64", "amd64": "x86_64"}


def parameter(architecture: Architecture) -> str:
    """Public SSM parameter with the newest Amazon Linux 2023 of an architecture.

    Source: Amazon Linux 2023 guide, "Launching AL2023 using the SSM parameter".
    """
    return f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{ON_EC2[architecture]}"
