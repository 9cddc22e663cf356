"""aws.sns.Topic, TopicSubscription and TopicPolicy."""

from __future__ import annotations

from typing import ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import from_wire, only, same, to_wire
from tools.engine.plugins.aws.kind import Kind

GONE = ("NotFound", "NotFoundException", "ResourceNotFound")
TOPIC = {
    **same("deliveryPolicy", "displayName", "kmsMasterKeyId", "policy", "signatureVersion", "tracingConfig"),
}


class Topic(Kind):
    """A standard topic; the id is its ARN."""

    pulumi_type: ClassVar = "aws:sns/topic:Topic"
    supported: ClassVar = frozenset(TOPIC) | {"name"}
    renews: ClassVar = frozenset({"name"})
    defaults: ClassVar = {"deliveryPolicy": "", "displayName": "", "kmsMasterKeyId": ""}
    documents: ClassVar = frozenset({"deliveryPolicy", "policy"})
    name: ClassVar = "name"
    tagging: ClassVar = "sns"

    def create(self, inputs: Props, region: str) -> str:
        marked = [{"Key": key, "Value": value} for key, value in inputs["tags"].items()]
        attributes = {key: str(value) for key, value in to_wire(TOPIC, only(inputs, TOPIC)).items()}
        made = self.aws.client("sns", region).create_topic(Name=inputs["name"], Attributes=attributes, Tags=marked)
        return str(made["TopicArn"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("sns", region)
        try:
            live = client.get_topic_attributes(TopicArn=identifier)["Attributes"]
        except client.exceptions.NotFoundException:
            return None
        return {
            **from_wire(TOPIC, live),
            "arn": identifier,
            "name": identifier.rpartition(":")[2],
            "owner": live.get("Owner"),
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        client = self.aws.client("sns", region)
        for name in sorted(changed & set(TOPIC)):
            value = str(self.meant(new, name) or "")
            client.set_topic_attributes(TopicArn=identifier, AttributeName=TOPIC[name], AttributeValue=value)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine(*GONE):
            self.aws.client("sns", region).delete_topic(TopicArn=identifier)


SUBSCRIPTION = same(
    "deliveryPolicy", "filterPolicy", "filterPolicyScope", "rawMessageDelivery", "redrivePolicy", "subscriptionRoleArn"
)


class TopicSubscription(Kind):
    """One receiver of a topic; a person confirms an e-mail address, here nobody needs to."""

    pulumi_type: ClassVar = "aws:sns/topicSubscription:TopicSubscription"
    supported: ClassVar = frozenset(SUBSCRIPTION) | {
        "confirmationTimeoutInMinutes", "endpoint", "endpointAutoConfirms", "protocol", "topic",
    }  # fmt: skip
    renews: ClassVar = frozenset({"endpoint", "protocol", "topic"})
    defaults: ClassVar = {"deliveryPolicy": "", "filterPolicy": "", "rawMessageDelivery": False, "redrivePolicy": ""}
    unread: ClassVar = frozenset({"confirmationTimeoutInMinutes", "endpointAutoConfirms"})
    documents: ClassVar = frozenset({"deliveryPolicy", "filterPolicy", "redrivePolicy"})

    def create(self, inputs: Props, region: str) -> str:
        wanted = only(inputs, SUBSCRIPTION)
        made = self.aws.client("sns", region).subscribe(
            TopicArn=inputs["topic"],
            Protocol=inputs["protocol"],
            Endpoint=inputs["endpoint"],
            Attributes={SUBSCRIPTION[name]: _text(value) for name, value in wanted.items()},
            ReturnSubscriptionArn=True,
        )
        return str(made["SubscriptionArn"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("sns", region)
        try:
            live = client.get_subscription_attributes(SubscriptionArn=identifier)["Attributes"]
        except client.exceptions.NotFoundException:
            return None
        return {
            **from_wire(SUBSCRIPTION, live),
            "arn": identifier,
            "endpoint": live.get("Endpoint"),
            "ownerId": live.get("Owner"),
            "pendingConfirmation": live.get("PendingConfirmation") == "true",
            "protocol": live.get("Protocol"),
            "rawMessageDelivery": str(live.get("RawMessageDelivery", "false")).lower() == "true",
            "topic": live.get("TopicArn"),
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        client = self.aws.client("sns", region)
        for name in sorted(changed & set(SUBSCRIPTION)):
            client.set_subscription_attributes(
                SubscriptionArn=identifier,
                AttributeName=SUBSCRIPTION[name],
                AttributeValue=_text(self.meant(new, name)),
            )

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine(*GONE):
            self.aws.client("sns", region).unsubscribe(SubscriptionArn=identifier)


class TopicPolicy(Kind):
    """Who may publish to a topic; without one it is the topic's own default again."""

    pulumi_type: ClassVar = "aws:sns/topicPolicy:TopicPolicy"
    supported: ClassVar = frozenset({"arn", "policy"})
    renews: ClassVar = frozenset({"arn"})
    documents: ClassVar = frozenset({"policy"})

    def create(self, inputs: Props, region: str) -> str:
        self._put(inputs["arn"], inputs["policy"], region)
        return str(inputs["arn"])

    def _put(self, arn: str, policy: str, region: str) -> None:
        client = self.aws.client("sns", region)
        client.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("sns", region)
        try:
            live = client.get_topic_attributes(TopicArn=identifier)["Attributes"]
        except client.exceptions.NotFoundException:
            return None
        return {"arn": identifier, "owner": live.get("Owner"), "policy": live.get("Policy")}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self._put(identifier, new["policy"], region)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        owner = self.aws.account
        policy = (
            '{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID",'
            '"Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes",'
            '"SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe",'
            f'"SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"{identifier}",'
            f'"Condition":{{"StringEquals":{{"AWS:SourceOwner":"{owner}"}}}}}}]}}'
        )
        with gone_is_fine(*GONE):
            self._put(identifier, policy, region)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value or "")


KINDS: tuple[type[Kind], ...] = (Topic, TopicSubscription, TopicPolicy)
