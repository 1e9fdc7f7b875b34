"""REST: thin over the page service and the search."""

from gateway.rest.app import create_rest
from gateway.rest.call import RestServices

__all__ = ["RestServices", "create_rest"]
