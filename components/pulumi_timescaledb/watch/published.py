"""What AWS itself publishes, by which dimension and in which mode; an alarm on anything else would never have data.

Plain instances publish AWS/EC2 metrics by InstanceId alone, which no alarm of ours uses (it dies with the instance),
so in on-demand mode the host sends what is needed of them (``metrics.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

from .metrics import MODES, SPOT

_EC2 = "EC2 user guide, CloudWatch metrics for your instances; by group: Application Insights, EC2 Auto Scaling groups"
_STATUS = "EC2 user guide, status check metrics; by group: Application Insights, EC2 Auto Scaling groups"
_ATTACHED = "EC2 user guide, status check metrics; by group as every AWS/EC2 metric, not yet seen on an account"
_EBS = "EBS user guide, CloudWatch metrics for EBS (Nitro instances)"
_GROUP = "Auto Scaling user guide, CloudWatch metrics (free, one a minute, once enabled)"


@dataclass(frozen=True)
class Published:
    """A metric of AWS. dimension: the one we use. least_period: seconds between two values. source: a document."""

    namespace: str
    name: str
    dimension: str
    least_period: int
    source: str
    modes: tuple[str, ...] = MODES


PUBLISHED: tuple[Published, ...] = (
    Published("AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", 60, _GROUP, (SPOT,)),
    Published("AWS/EC2", "StatusCheckFailed", "AutoScalingGroupName", 60, _STATUS, (SPOT,)),
    Published("AWS/EC2", "StatusCheckFailed_AttachedEBS", "AutoScalingGroupName", 60, _ATTACHED, (SPOT,)),
    Published("AWS/EC2", "CPUUtilization", "AutoScalingGroupName", 300, _EC2, (SPOT,)),
    Published("AWS/EC2", "CPUCreditBalance", "AutoScalingGroupName", 300, _EC2, (SPOT,)),
    Published("AWS/EC2", "CPUSurplusCreditsCharged", "AutoScalingGroupName", 300, _EC2, (SPOT,)),
    Published("AWS/EC2", "EBSIOBalance%", "AutoScalingGroupName", 300, _EC2, (SPOT,)),
    Published("AWS/EC2", "EBSByteBalance%", "AutoScalingGroupName", 300, _EC2, (SPOT,)),
    Published("AWS/EBS", "VolumeStalledIOCheck", "VolumeId", 60, _EBS),
    Published("AWS/EBS", "VolumeIOPSExceededCheck", "VolumeId", 60, _EBS),
    Published("AWS/EBS", "VolumeThroughputExceededCheck", "VolumeId", 60, _EBS),
    Published("AWS/EBS", "VolumeReadOps", "VolumeId", 60, _EBS),
    Published("AWS/EBS", "VolumeWriteOps", "VolumeId", 60, _EBS),
)
