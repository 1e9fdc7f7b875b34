"""The store's errors as Otter Wiki's storage raises them."""

from collections.abc import Iterator
from contextlib import contextmanager

from otterwiki.gitstorage import StorageError, StorageNotFound, StorageUnsafePath

from wiki_app.errors import InvalidInput, NotFound, PathClash, WikiError


@contextmanager
def as_storage_errors() -> Iterator[None]:
    """NotFound becomes StorageNotFound, a bad path StorageUnsafePath, a clash of file and directory
    IsADirectoryError, the rest StorageError.
    """
    try:
        yield
    except NotFound as error:
        raise StorageNotFound(error.message) from error
    except PathClash as error:
        raise IsADirectoryError(error.message) from error
    except InvalidInput as error:
        raise StorageUnsafePath(error.message) from error
    except WikiError as error:
        raise StorageError(error.message) from error
