"""S3: the bucket, and one resource for each of its settings."""

from __future__ import annotations

from tools.engine.plugins.aws.kind import Kind
from tools.engine.plugins.aws.kinds.s3 import settings
from tools.engine.plugins.aws.kinds.s3.bucket import Bucket

KINDS: tuple[type[Kind], ...] = (Bucket, *settings.KINDS)
