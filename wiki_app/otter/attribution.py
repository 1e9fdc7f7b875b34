"""Who made a commit, as the browser shows it: the person, and the agent that acted for them.

The agent stands in trailers of the message (DECISIONS 15). Otter Wiki's templates print names and messages of
commits in a dozen places; so the name itself knows how it looks in HTML.
"""

from typing import NamedTuple

from markupsafe import Markup

from wiki_app.objects import Author
from wiki_app.trailers import attribute


class NameWithAgent(str):
    """A person's name that says, as text and as HTML, which agent acted."""

    __slots__ = ("agent", "client", "person")
    person: str
    agent: str
    client: str

    @classmethod
    def of(cls, person: str, agent: str, client: str) -> "NameWithAgent":
        """`agent` is what it calls itself, `client` the program that it came through, "" if not known."""
        made = cls(f"{person} via {agent}" if person else agent)
        made.person, made.agent, made.client = person, agent, client
        return made

    def __html__(self) -> Markup:
        """For Jinja (markupsafe's protocol): the agent as a badge behind the name."""
        title = f"Done by the agent {self.agent}" + (f" through {self.client}" if self.client else "")
        return Markup(
            '{}<span class="badge agent-badge" title="{}"><i class="fas fa-robot"></i> {}</span>'
        ).format(f"{self.person} " if self.person else "", title, self.agent)


class Attribution(NamedTuple):
    """A commit's author and message as the browser shows them."""

    name: str
    message: str


def attribution(author: Author, message: str) -> Attribution:
    """The message loses our trailers (and only they), the name gains the agent."""
    found = attribute(message)
    if found.message == message.rstrip():
        return Attribution(author.name, message)
    agent = found.agent or found.client
    name = NameWithAgent.of(author.name, agent, found.client or "") if agent else author.name
    return Attribution(name, found.message + "\n")
