"""The agents' door: MCP over streamable HTTP at /mcp. The only package that imports fastmcp."""

from gateway.agents.call import AgentServices
from gateway.agents.door import AgentsDoor

__all__ = ["AgentServices", "AgentsDoor"]
