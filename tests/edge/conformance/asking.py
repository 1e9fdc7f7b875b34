"""Fixtures that answer with a question first (2026-07-28, SEP-2322), and keep nothing in memory."""

from collections.abc import Mapping
from typing import Any

from fastmcp import FastMCP
from fastmcp.server.context import Context
from mcp_types import InputRequiredResult

ROOTS: dict[str, Any] = {"method": "roots/list", "params": {}}
Answers = Mapping[str, Any]


def elicitation(message: str, name: str, kind: str = "string") -> dict[str, Any]:
    """A form of one field."""
    schema = {"type": "object", "properties": {name: {"type": kind}}, "required": [name]}
    return {"method": "elicitation/create", "params": {"message": message, "requestedSchema": schema}}


def sampling(prompt: str, tokens: int = 100) -> dict[str, Any]:
    """A question to the client's model."""
    message = {"role": "user", "content": {"type": "text", "text": prompt}}
    return {"method": "sampling/createMessage", "params": {"messages": [message], "maxTokens": tokens}}


def ask(state: str | None = None, **requests: dict[str, Any]) -> InputRequiredResult:
    """The result that asks."""
    return InputRequiredResult.model_validate({"inputRequests": requests, "requestState": state})


def answers(context: Context) -> Answers:
    """What the client has answered in this round, by the keys of the questions."""
    return context.input_responses or {}


def said(answered: Answers, key: str, field: str) -> Any:
    """A field of an accepted form; None without one."""
    content = getattr(answered.get(key), "content", None)
    return content.get(field) if isinstance(content, Mapping) else None


def add_asking(server: FastMCP[None]) -> None:
    """The tools and the prompt, by the suite's names."""
    for add in (_add_single, _add_stateful, _add_able, _add_prompt):
        add(server)


def _add_single(server: FastMCP[None]) -> None:
    @server.tool(name="test_input_required_result_elicitation")
    async def elicit(context: Context) -> str | InputRequiredResult:
        """Ask for a name."""
        name = said(answers(context), "user_name", "name")
        if not isinstance(name, str):
            return ask(user_name=elicitation("What is your name?", "name"))
        return f"Hello, {name}!"

    @server.tool(name="test_input_required_result_sampling")
    async def sample(context: Context) -> str | InputRequiredResult:
        """Ask the client's model."""
        answer = answers(context).get("capital_question")
        if answer is None:
            return ask(capital_question=sampling("What is the capital of France?"))
        return f"The model said: {answer.content}"

    @server.tool(name="test_input_required_result_list_roots")
    async def roots(context: Context) -> str | InputRequiredResult:
        """Ask for the client's roots."""
        answer = answers(context).get("client_roots")
        if answer is None:
            return ask(client_roots=ROOTS)
        return "Roots: " + ", ".join(str(root.uri) for root in answer.roots)


def _add_stateful(server: FastMCP[None]) -> None:
    @server.tool(name="test_input_required_result_request_state")
    async def stateful(context: Context) -> str | InputRequiredResult:
        """Ask with a state that comes back."""
        if context.request_state != "asked" or "confirm" not in answers(context):
            return ask("asked", confirm=elicitation("Please confirm", "ok", "boolean"))
        return "state-ok"

    @server.tool(name="test_input_required_result_multiple_inputs")
    async def several(context: Context) -> str | InputRequiredResult:
        """Ask three things at once."""
        if not {"user_name", "greeting", "client_roots"} <= answers(context).keys():
            return ask(
                "three",
                user_name=elicitation("What is your name?", "name"),
                greeting=sampling("Generate a greeting", 50),
                client_roots=ROOTS,
            )
        return "All three are here."

    @server.tool(name="test_input_required_result_multi_round")
    async def rounds(context: Context) -> str | InputRequiredResult:
        """Ask twice, with a state that grows."""
        given = answers(context)
        if context.request_state == "round-2" and "step2" in given:
            return "Done in three rounds."
        if context.request_state == "round-1" and "step1" in given:
            return ask("round-2", step2=elicitation("Step 2: What is your favorite color?", "color"))
        return ask("round-1", step1=elicitation("Step 1: What is your name?", "name"))

    @server.tool(name="test_input_required_result_tampered_state")
    async def sealed(context: Context) -> str | InputRequiredResult:
        """Ask with a state that nobody may change: the SDK seals it."""
        if context.request_state != "sealed":
            return ask("sealed", confirm=elicitation("Please confirm", "ok", "boolean"))
        return "The state is whole."


def _add_able(server: FastMCP[None]) -> None:
    @server.tool(name="test_input_required_result_capabilities")
    async def able(context: Context) -> str | InputRequiredResult:
        """Ask only what the client can answer."""
        capabilities = context.session.client_capabilities
        requests = {}
        if capabilities and capabilities.sampling is not None:
            requests["question"] = sampling("What is the capital of France?")
        if capabilities and capabilities.elicitation is not None:
            requests["name"] = elicitation("What is your name?", "name")
        return ask(None, **requests) if requests else "There is nothing that you could answer."


def _add_prompt(server: FastMCP[None]) -> None:
    @server.prompt(name="test_input_required_result_prompt")
    async def prompt(context: Context) -> str | InputRequiredResult:
        """Ask before a prompt is filled in."""
        chosen = said(answers(context), "user_context", "context")
        if not isinstance(chosen, str):
            return ask(user_context=elicitation("What context should the prompt use?", "context"))
        return f"Use this context: {chosen}"
