"""What a tool is, before any protocol: a name, a right, a shape of arguments and a function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gateway.agents.call import Call
from gateway.agents.shapes import Shape

S = TypeVar("S", bound=Shape)
Body = dict[str, object]


@dataclass(frozen=True)
class Picture:
    """An image beside an answer's text."""

    data: bytes
    mime_type: str


@dataclass(frozen=True)
class Answer:
    """An answer with more than text."""

    body: Body
    picture: Picture | None = None


@dataclass(frozen=True)
class Hints:
    """What a client may tell its user before a call (MCP, ToolAnnotations). The wiki is a closed world."""

    read_only: bool
    destructive: bool
    idempotent: bool


READS = Hints(read_only=True, destructive=False, idempotent=True)
ADDS = Hints(read_only=False, destructive=False, idempotent=False)
CHANGES = Hints(read_only=False, destructive=True, idempotent=False)


@dataclass(frozen=True)
class ToolSpec(Generic[S]):
    """A tool. `operation` is a name of auth.policy.OPERATIONS; `by_action` those of single actions that
    need another one. `run` blocks: it is called in a thread. It raises WikiError, SearchError, GatewayError.
    """

    name: str
    title: str
    description: str
    operation: str
    hints: Hints
    shape: type[S]
    run: Callable[[Call, S], Body | Answer]
    by_action: Mapping[str, str] = field(default_factory=dict)

    def operation_of(self, arguments: Mapping[str, object]) -> str:
        """What a call with these arguments is, by the rights table."""
        action = arguments.get("action")
        return self.by_action.get(action, self.operation) if isinstance(action, str) else self.operation
