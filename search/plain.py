"""Markdown as somebody reads it in one line: without its marks, with all of its words.

No parser: a line at a time and a few patterns, as it is done for each hit. Where it is not sure it leaves
things as they are: an underscore may be a name's (`snake_case`, `__init__`), a star a sign (`2*3*4`, `*.md`).
"""

import re

_FENCE = ("```", "~~~")
_MARKED = re.compile(r"[*_`\[<\\~#>|+-]|={3}")
_BEGINNING = re.compile(r"(?:>\s?|#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?)+")
_SOMETHING = re.compile(r"[`\[<*_~\\]")
_RULE = re.compile(r"[-*_=:|\s]{3,}")
_CELLS = re.compile(r"\s*(?<!\\)\|\s*")
_INLINE = re.compile(
    r"""
    (?=[`!\[<*_~\\])  # fails at once where nothing begins, which is nearly everywhere
    (?:
      (?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    | !?\[\[(?P<wikilink>[^\[\]|]++)(?:\|[^\[\]]*+)?\]\]
    | !?\[(?P<link>(?:[^\[\]]++|\[[^\[\]]*+\])*+)\](?:\((?:[^()]++|\([^()]*+\))*+\)|\[[^\[\]]*+\])
    | <(?P<address>(?:https?://|mailto:)[^<>\s]++)>
    | (?P<nothing><!--.*?-->|<br\s*/?>)
    | (?<![\w*])(?P<stars>\*{1,3})(?=[^\s*])(?P<strong>.+?)(?<=[^\s*])(?P=stars)(?![\w*])
    | (?<!\w)(?P<lines>_{1,2})(?=[^\W_])(?P<said>[^_]*\s[^_]*)(?<=\S)(?P=lines)(?!\w)
    | ~~(?=\S)(?P<struck>.+?)(?<=\S)~~
    | \\(?P<escaped>[!-/:-@\[-`{-~])
    )
    """,
    re.VERBOSE,
)
_INSIDE = ("wikilink", "link", "strong", "said", "struck")


def plain(text: str) -> str:
    """All on one line, each run of blanks as one."""
    lines, fenced = [], False
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped.startswith(_FENCE):
            fenced = not fenced
        elif fenced or not _MARKED.search(stripped):
            lines.append(stripped)
        else:
            lines.append(_line(stripped))
    return " ".join(" ".join(lines).split())


def _line(line: str) -> str:
    if _RULE.fullmatch(line):
        return ""
    beginning = _BEGINNING.match(line)
    line = line[beginning.end() :] if beginning else line
    if line.startswith("|"):
        line = " · ".join(cell for cell in _CELLS.split(line) if cell)
    return _INLINE.sub(_shown, line) if _SOMETHING.search(line) else line


def _shown(found: re.Match[str]) -> str:
    """What a reader sees of it; marks may stand inside of marks."""
    for name in _INSIDE:
        if (inside := found[name]) is not None:
            return _INLINE.sub(_shown, inside)
    if found["nothing"]:
        return " "
    return found["code"] or found["address"] or found["escaped"]
