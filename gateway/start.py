"""Why the wiki cannot start: one sentence for the person at the terminal, without a traceback."""


class StartError(Exception):
    """The message names what is wrong (a variable, a folder, a port) and what to do about it."""
