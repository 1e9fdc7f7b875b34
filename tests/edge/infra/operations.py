"""Properties of how it runs, what it may cost, and who hears of a failure."""

import json
from collections.abc import Iterator

from infra.alarms import ALARMS, FAILURE_MODES
from tests.edge.infra.graph import Graph
from tests.edge.infra.properties import Property, drop, put


def logs_forget(graph: Graph) -> Iterator[str]:
    for group in graph.of("LogGroup"):
        if not group.inputs.get("retentionInDays"):
            yield group.name
    used = graph.one("Function").inputs.get("loggingConfig", {}).get("logGroup")
    if used not in {group.inputs["name"] for group in graph.of("LogGroup")}:
        yield f"the function logs to {used}"


def requests_are_logged_without_queries(graph: Graph) -> Iterator[str]:
    settings = graph.one("Stage").inputs.get("accessLogSettings") or {}
    written = settings.get("format", "")
    if "$context.status" not in written:
        yield "no access log"
    if "querystring" in written.lower() or "authorization" in written.lower() or "rawPath" in written:
        yield "queries or tokens in the log"


def use_is_bounded(graph: Graph) -> Iterator[str]:
    function = graph.one("Function").inputs
    if not function.get("reservedConcurrentExecutions"):
        yield "no reserved concurrency"
    if not 0 < function.get("timeout", 0) <= 29:
        yield "the function outlives its gateway"
    limits = graph.one("Stage").inputs.get("defaultRouteSettings") or {}
    if not limits.get("throttlingRateLimit") or not limits.get("throttlingBurstLimit"):
        yield "no throttling"


def the_budget_warns(graph: Graph) -> Iterator[str]:
    budgets = graph.of("Budget")
    for budget in budgets:
        kinds = {notice["notificationType"] for notice in budget.inputs.get("notifications", [])}
        heard = all(
            notice.get("subscriberEmailAddresses") for notice in budget.inputs.get("notifications", [])
        )
        if kinds != {"ACTUAL", "FORECASTED"} or not heard or float(budget.inputs["limitAmount"]) <= 0:
            yield budget.name
    if not budgets:
        yield "no budget"


def each_failure_has_its_alarm(graph: Graph) -> Iterator[str]:
    made = {alarm.inputs["name"].split("-", 2)[2]: alarm.inputs for alarm in graph.of("MetricAlarm")}
    for mode, names in FAILURE_MODES.items():
        yield from (f"{mode}: {name}" for name in names if name != "budget" and name not in made)
    for alarm in ALARMS:
        found = made.get(alarm.name, {})
        if found.get("metricName") != alarm.metric or not found.get("threshold"):
            yield f"{alarm.name} looks at {found.get('metricName')}"


def each_alarm_is_heard(graph: Graph) -> Iterator[str]:
    topics = {f"arn:aws:sns:eu-central-1:123456789012:{topic.name}" for topic in graph.of("Topic")}
    for alarm in graph.of("MetricAlarm"):
        if (
            not set(alarm.inputs.get("alarmActions") or ()) & topics
            or alarm.inputs.get("actionsEnabled") is False
        ):
            yield alarm.name
    told = [one for one in graph.of("TopicSubscription") if "@" in str(one.inputs.get("endpoint"))]
    if not told:
        yield "nobody is told"


def alarms_look_at_this_stack(graph: Graph) -> Iterator[str]:
    """A metric without its dimensions is the whole account's; our own stands in a namespace of the stack."""
    for alarm in graph.of("MetricAlarm"):
        given = alarm.inputs
        own = given["namespace"] == f"wikibot/{graph.one('Function').inputs['name']}"
        if not given.get("dimensions") and not own:
            yield alarm.name


def errors_in_the_log_are_counted(graph: Graph) -> Iterator[str]:
    for counted in graph.of("LogMetricFilter"):
        if '$.level = "error"' not in counted.inputs["pattern"]:
            yield counted.name
    if len(graph.of("LogMetricFilter")) != 1:
        yield "errors are not counted"


def schedules_lose_nothing(graph: Graph) -> Iterator[str]:
    sent = set()
    for schedule in graph.of("Schedule"):
        target = schedule.inputs["target"]
        sent.add(json.loads(target["input"]).get("wikibot"))
        if not (target.get("deadLetterConfig") or {}).get("arn"):
            yield f"{schedule.name} has no dead-letter queue"
        if schedule.inputs.get("state") == "DISABLED":
            yield f"{schedule.name} is off"
    if sent != {"backup", "index"}:
        yield f"sends {sorted(map(str, sent))}"
    configs = graph.of("FunctionEventInvokeConfig")
    kept = [config.inputs.get("destinationConfig", {}).get("onFailure") for config in configs]
    if not kept or not all(kept):
        yield "what fails in the function is lost"
    alive = [queue.inputs.get("messageRetentionSeconds", 0) for queue in graph.of("Queue")]
    if not alive or min(alive) < 7 * 24 * 3600:
        yield "failures are forgotten within a week"


def backups_are_hourly(graph: Graph) -> Iterator[str]:
    expression = graph.one("Schedule", "backup").inputs["scheduleExpression"]
    if expression != "rate(1 hour)":
        yield expression


def traffic_goes_to_a_published_version(graph: Graph) -> Iterator[str]:
    if graph.one("Function").inputs.get("publish") is not True:
        yield "no version is published"
    aliases = graph.resources
    live = [one.inputs for one in aliases if one.kind == "aws:lambda/alias:Alias"]
    if [one["name"] for one in live] != ["live"] or live[0]["functionVersion"] == "$LATEST":
        yield "the alias"
    if graph.one("LayerVersion").inputs.get("skipDestroy") is not True:
        yield "a rollback would miss its layer"


def traces_are_on(graph: Graph) -> Iterator[str]:
    if graph.one("Function").inputs.get("tracingConfig") != {"mode": "Active"}:
        yield "no traces"


def _latest(graph: Graph) -> None:
    for one in graph.resources:
        if one.kind == "aws:lambda/alias:Alias":
            one.inputs["functionVersion"] = "$LATEST"


PROPERTIES = [
    Property(
        "logs are kept for a set time",
        logs_forget,
        {
            "for ever": drop("LogGroup", "retentionInDays", "function"),
            "Lambda's own group": drop("Function", "loggingConfig"),
        },
    ),
    Property(
        "requests are logged, queries are not",
        requests_are_logged_without_queries,
        {
            "no log": drop("Stage", "accessLogSettings"),
            "with queries": put("Stage", "accessLogSettings.format", "$context.status $request.querystring"),
        },
    ),
    Property(
        "use is bounded",
        use_is_bounded,
        {
            "concurrency": drop("Function", "reservedConcurrentExecutions"),
            "concurrency 0": put("Function", "reservedConcurrentExecutions", 0),
            "longer than the gateway": put("Function", "timeout", 60),
            "no rate": drop("Stage", "defaultRouteSettings.throttlingRateLimit"),
            "no limits": drop("Stage", "defaultRouteSettings"),
        },
    ),
    Property(
        "the budget warns before and after",
        the_budget_warns,
        {
            "none": drop("Budget"),
            "only after": drop("Budget", "notifications.2"),
            "nobody": put("Budget", "notifications.0.subscriberEmailAddresses", []),
            "nothing": put("Budget", "limitAmount", "0"),
        },
    ),
    Property(
        "each failure mode has its alarm",
        each_failure_has_its_alarm,
        {alarm.name: drop("MetricAlarm", name=f"-{alarm.name}") for alarm in ALARMS}
        | {"another metric": put("MetricAlarm", "metricName", "4xx", "gateway-5xx")},
    ),
    Property(
        "each alarm is heard",
        each_alarm_is_heard,
        {
            "no action": put("MetricAlarm", "alarmActions", []),
            "switched off": put("MetricAlarm", "actionsEnabled", value=False),
            "no address": drop("TopicSubscription"),
        },
    ),
    Property(
        "alarms look at this stack",
        alarms_look_at_this_stack,
        {
            "the whole account": put("MetricAlarm", "dimensions", {}, "function-errors"),
            "another stack's log": put("MetricAlarm", "namespace", "wikibot/other", "log-errors"),
        },
    ),
    Property(
        "errors in the log are counted",
        errors_in_the_log_are_counted,
        {"not": drop("LogMetricFilter"), "something else": put("LogMetricFilter", "pattern", "INFO")},
    ),
    Property(
        "a scheduled event that fails is kept",
        schedules_lose_nothing,
        {
            "not delivered": drop("Schedule", "target.deadLetterConfig"),
            "failed inside": drop("FunctionEventInvokeConfig"),
            "no destination": put("FunctionEventInvokeConfig", "destinationConfig", {}),
            "for an hour": put("Queue", "messageRetentionSeconds", 3600),
            "off": put("Schedule", "state", "DISABLED"),
            "another event": put("Schedule", "target.input", '{"wikibot": "nothing"}'),
            "one of two": drop("Schedule"),
        },
    ),
    Property(
        "backups are hourly",
        backups_are_hourly,
        {"daily": put("Schedule", "scheduleExpression", "rate(1 day)", "backup")},
    ),
    Property(
        "traffic goes to a published version that can be rolled back",
        traffic_goes_to_a_published_version,
        {
            "not published": put("Function", "publish", value=False),
            "the latest": _latest,
            "its layer deleted": put("LayerVersion", "skipDestroy", value=False),
        },
    ),
    Property(
        "requests are traced",
        traces_are_on,
        {"off": put("Function", "tracingConfig", {"mode": "PassThrough"})},
    ),
]
