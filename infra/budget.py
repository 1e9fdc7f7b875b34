"""What the account may cost a month, and who hears of it before it does."""

from dataclasses import dataclass

import pulumi
import pulumi_aws.budgets as budgets

from infra.component import Component

# Percent of the limit, of what was spent and of what the month is going to cost.
NOTICES = ((80, "ACTUAL"), (100, "ACTUAL"), (100, "FORECASTED"))


@dataclass(frozen=True)
class BudgetArgs:
    """`limit` in USD; the budget counts the whole account."""

    limit: int
    email: str
    topic_arn: pulumi.Output[str]


class Budget(Component):
    """Writes to the address and to the topic of the alarms."""

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        budgets.Budget(
            name,
            name=name,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(args.limit),
            limit_unit="USD",
            notifications=[
                budgets.BudgetNotificationArgs(
                    comparison_operator="GREATER_THAN",
                    notification_type=kind,
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                    subscriber_email_addresses=[args.email],
                    subscriber_sns_topic_arns=[args.topic_arn],
                )
                for percent, kind in NOTICES
            ],
            opts=self.own,
        )
        self.register_outputs({})
