"""On-demand prices of instances, US dollars an hour, Linux, shared tenancy, by region.

Source: karpenter-provider-aws, pkg/providers/pricing/zz_generated.pricing_aws.go, which its maintainers generate from
the Price List API (filters: operatingSystem Linux, tenancy Shared, preInstalledSw NA, capacitystatus Used). That file
covers us-east-1 alone; another region is read live.
"""

from __future__ import annotations

SOURCE = "karpenter-provider-aws, pkg/providers/pricing/zz_generated.pricing_aws.go, generated from the Price List API"
DATE = "2026-07-20"

US_EAST_1: dict[str, str] = {
    "t4g.nano": "0.0042",
    "t4g.micro": "0.0084",
    "t4g.small": "0.0168",
    "t4g.medium": "0.0336",
    "t4g.large": "0.0672",
    "t4g.xlarge": "0.1344",
    "t4g.2xlarge": "0.2688",
    "t3.nano": "0.0052",
    "t3.micro": "0.0104",
    "t3.small": "0.0208",
    "t3.medium": "0.0416",
    "t3.large": "0.0832",
    "t3.xlarge": "0.1664",
    "t3.2xlarge": "0.3328",
    "c7g.medium": "0.0363",
    "c7g.large": "0.0725",
    "c7g.xlarge": "0.145",
    "c7g.2xlarge": "0.29",
    "m7g.medium": "0.0408",
    "m7g.large": "0.0816",
    "m7g.xlarge": "0.1632",
    "m7g.2xlarge": "0.3264",
    "r7g.medium": "0.0536",
    "r7g.large": "0.1071",
    "r7g.xlarge": "0.2142",
    "r7g.2xlarge": "0.4284",
    "c8g.medium": "0.03988",
    "c8g.large": "0.07976",
    "c8g.xlarge": "0.15952",
    "c8g.2xlarge": "0.31904",
    "m8g.medium": "0.04488",
    "m8g.large": "0.08976",
    "m8g.xlarge": "0.17952",
    "m8g.2xlarge": "0.35904",
    "r8g.medium": "0.05891",
    "r8g.large": "0.11782",
    "r8g.xlarge": "0.23564",
    "r8g.2xlarge": "0.47128",
    "m7i.large": "0.1008",
    "m7i.xlarge": "0.2016",
    "m7i.2xlarge": "0.4032",
    "r7i.large": "0.1323",
    "r7i.xlarge": "0.2646",
    "r7i.2xlarge": "0.5292",
}
HOURLY: dict[str, dict[str, str]] = {"us-east-1": US_EAST_1}
