"""The machine as AWS sees it; by group, so in spot mode alone."""

from __future__ import annotations

from ..first import EXPENSIVE
from ..metrics import SPOT
from ..row import AT_LEAST, BELOW, Row
from ..subject import Subject

_BY_GROUP = "AutoScalingGroupName"
_EC2 = "AWS/EC2"


def _standard(subject: Subject) -> bool:
    return subject.instance.burstable and not subject.unlimited_credits


def _unlimited(subject: Subject) -> bool:
    return subject.instance.burstable and subject.unlimited_credits


def _fifth_of_credits(subject: Subject) -> float:
    return round(subject.instance.most_credits * 0.20)


ROWS: tuple[Row, ...] = (
    Row(
        "host-gone",
        "GroupInServiceInstances",
        "The group has had no machine for ten minutes: no spot capacity, or the boot program fails.",
        "Read the group's activity history, which says why it has no machine.",
        period=60,
        periods=10,
        missing="breaching",
        critical=1,
        unit="machines",
        direction=BELOW,
        statistic="Minimum",
        namespace="AWS/AutoScaling",
        dimension=_BY_GROUP,
        modes=(SPOT,),
        free=(SPOT,),
        down=True,
    ),
    Row(
        "status-check",
        "StatusCheckFailed",
        "AWS cannot reach the machine or its operating system; the group replaces it.",
        "Terminate the instance if the group has not replaced it after a few minutes: the data volume stays.",
        period=60,
        periods=3,
        missing="notBreaching",  # between two machines there is none; host-gone covers that
        critical=1,
        unit="failed",
        direction=AT_LEAST,
        namespace=_EC2,
        dimension=_BY_GROUP,
        modes=(SPOT,),
        free=(SPOT,),
        down=True,
    ),
    Row(
        "attached-ebs",
        "StatusCheckFailed_AttachedEBS",
        "The machine cannot reach an attached volume.",
        "Look at the AWS Health page; then terminate the instance, so that the next one attaches the volume anew.",
        period=60,
        periods=10,
        missing="notBreaching",
        critical=1,
        unit="failed",
        direction=AT_LEAST,
        namespace=_EC2,
        dimension=_BY_GROUP,
        modes=(SPOT,),
    ),
    Row(
        "cpu",
        "CPUUtilization",
        "The CPU has been busy for a quarter of an hour.",
        EXPENSIVE,
        period=300,  # what AWS publishes without detailed monitoring
        periods=3,
        missing="missing",
        warn=80,
        critical=95,
        statistic="Average",
        namespace=_EC2,
        dimension=_BY_GROUP,
        modes=(SPOT,),
    ),
    Row(
        "cpu-credits",
        "CPUCreditBalance",
        "CPU credits run out; without any, the machine falls to its baseline.",
        EXPENSIVE,
        period=300,
        periods=3,
        missing="missing",
        warn=_fifth_of_credits,
        critical=20,
        unit="credits",
        direction=BELOW,
        statistic="Minimum",
        namespace=_EC2,
        dimension=_BY_GROUP,
        modes=(SPOT,),
        applies=_standard,
        free=(SPOT,),
    ),
    Row(
        "cpu-surplus",
        "CPUSurplusCreditsCharged",
        "CPU above the credits is being billed, at up to nine times the price of a t4g.micro.",
        "Compare the bill with that of a larger type, or of one without credits: `tsdb cost --instance-type`.",
        period=3600,
        periods=1,
        missing="notBreaching",
        warn=0,
        unit="credits",
        namespace=_EC2,
        dimension=_BY_GROUP,
        modes=(SPOT,),
        applies=_unlimited,
    ),
    Row(
        "ebs-io-balance",
        "EBSIOBalance%",
        "The machine (not the volume) runs out of I/O operations above its baseline.",
        "Read what `tsdb cost` warns of: the limit is the instance's, not the volume's, so that more IOPS on "
        "gp3 change nothing.",
        period=300,
        periods=3,
        missing="missing",
        warn=50,
        critical=20,
        direction=BELOW,
        statistic="Minimum",
        namespace=_EC2,
        dimension=_BY_GROUP,
        modes=(SPOT,),
    ),
    Row(
        "ebs-byte-balance",
        "EBSByteBalance%",
        "The machine (not the volume) runs out of disk throughput above its baseline.",
        "Read what `tsdb cost` warns of: the limit is the instance's, not the volume's, so that more "
        "throughput on gp3 changes nothing.",
        period=300,
        periods=3,
        missing="missing",
        warn=50,
        critical=20,
        direction=BELOW,
        statistic="Minimum",
        namespace=_EC2,
        dimension=_BY_GROUP,
        modes=(SPOT,),
        free=(SPOT,),
    ),
)
