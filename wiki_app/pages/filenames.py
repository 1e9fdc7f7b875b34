"""The names under which attachments are kept."""

import re
import unicodedata

from wiki_app.errors import InvalidInput
from wiki_app.names import ENDING

LONGEST_NAME = 255
"""Characters, which are ASCII here."""

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")


def plain(raw: str) -> str:
    """The name that werkzeug's `secure_filename` gives on POSIX: ASCII letters, digits and `._-`, blanks and
    slashes as underscores, none of `._` at the ends. "" when nothing is left.

    Written anew because werkzeug's utilities load its development server, which delays a cold start.
    """
    ascii_only = unicodedata.normalize("NFKD", raw).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("", "_".join(ascii_only.replace("/", " ").split())).strip("._")


def safe_name(raw: str) -> str:
    """The name of a new attachment. Raises InvalidInput."""
    name = plain(raw)
    if not name:
        raise InvalidInput("filename has no usable characters: name the file with letters and digits.")
    if name.lower().endswith(ENDING):
        raise InvalidInput("filename ends in .md: that would be a page, write it as one.")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(f"filename is longer than {LONGEST_NAME} characters: shorten it.")
    return name
