"""What stops a build."""


class PackageError(Exception):
    """The build cannot go on; the message says in one sentence what is wrong and what to do."""
