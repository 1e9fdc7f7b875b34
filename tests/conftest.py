"""What all tests share: at the end of a run everything that it wrote is searched for secrets."""

from tests.secret_search import pytest_configure

__all__ = ["pytest_configure"]
