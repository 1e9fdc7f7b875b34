"""Arguments in, exit code out. What a command cannot do it says in one line, never with a traceback."""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from auth.errors import AuthError
from gateway.cli.identity import add_token, add_user
from gateway.start import StartError
from search.errors import SearchError
from wiki_app.errors import WikiError

FAILED = 1
INTERRUPTED = 130  # as a shell reports SIGINT
Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0: done; 1: it could not be done; 2: wrong usage (argparse exits itself)."""
    given = parser().parse_args(arguments)
    command: Command = given.command
    try:
        return command(given)
    except (StartError, WikiError, SearchError, AuthError) as error:
        print(f"wikibot: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return INTERRUPTED
    return FAILED


def parser() -> argparse.ArgumentParser:
    """All commands with their options. Options win over the WIKIBOT_ variables."""
    top = argparse.ArgumentParser(prog="wikibot", description="A wiki that people and agents share.")
    top.add_argument("--version", action="version", version=f"wikibot {_version()}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    serve = _command(commands, "serve", "serve the wiki", _serve)
    serve.add_argument("--host", help="address to listen on (WIKIBOT_HOST, 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on, 0 for a free one (WIKIBOT_PORT, 8080)")
    serve.add_argument("--workers", type=int, help="processes that serve (WIKIBOT_WORKERS, 1)")

    bring = _command(commands, "import", "make the wiki of a git repository, a bundle or a folder", _import)
    bring.add_argument(
        "source", type=Path, metavar="SOURCE", help="git repository, git bundle or folder of Markdown"
    )
    bring.add_argument(
        "--replace", "--force", action="store_true", help="replace a wiki that has pages (it is kept beside)"
    )
    bring.add_argument(
        "--users", type=Path, metavar="DB", help="an Otter Wiki's database: take its accounts along"
    )

    keep = _command(commands, "backup", "keep the wiki in one file; a server may go on meanwhile", _backup)
    keep.add_argument("--to", type=Path, metavar="FILE", help="file or folder (./wikibot-TIME.zip)")
    keep.add_argument(
        "--with-embeddings", action="store_true", help="the vectors too, so that no text is embedded again"
    )
    back = _command(commands, "restore", "make the wiki of a backup; stop its server first", _restore)
    back.add_argument("source", metavar="FILE", help="what wikibot backup has written, or s3://bucket/key")
    back.add_argument(
        "--replace", action="store_true", help="replace a wiki that has pages or accounts (it is kept beside)"
    )

    find = _command(commands, "search", "search the wiki", _search)
    find.add_argument("query", metavar="QUERY", help="what to look for")
    find.add_argument(
        "--mode",
        choices=["hybrid", "keyword", "semantic"],
        default="hybrid",
        help="words, meaning or both",
    )
    find.add_argument("--limit", type=_positive, default=10, help="pages at most (10)")

    _command(commands, "reindex", "make the index by meaning anew", _reindex)

    add_user(commands)
    add_token(commands)
    _command(commands, "doctor", "check settings, data folder and derived files", _doctor)
    return top


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, command: Command
) -> argparse.ArgumentParser:
    added = commands.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
    added.add_argument("--data", type=Path, metavar="DIR", help="data folder (WIKIBOT_DATA, ./wikibot-data)")
    added.set_defaults(command=command)
    return added


# Each command loads what it needs when it is called: `wikibot --help` waits for none of it.


def _serve(given: argparse.Namespace) -> int:
    from gateway.cli.serve import serve

    return serve(data=given.data, host=given.host, port=given.port, workers=given.workers)


def _import(given: argparse.Namespace) -> int:
    from gateway.cli.bring import bring

    return bring(given.source, data=given.data, users=given.users, replace=given.replace)


def _backup(given: argparse.Namespace) -> int:
    from gateway.cli.backup import backup

    return backup(data=given.data, to=given.to, with_embeddings=given.with_embeddings)


def _restore(given: argparse.Namespace) -> int:
    from gateway.cli.backup import restore

    return restore(given.source, data=given.data, replace=given.replace)


def _search(given: argparse.Namespace) -> int:
    from gateway.cli.find import find

    return find(given.query, data=given.data, mode=given.mode, limit=given.limit)


def _reindex(given: argparse.Namespace) -> int:
    from gateway.cli.find import reindex

    return reindex(data=given.data)


def _doctor(given: argparse.Namespace) -> int:
    from gateway.cli.doctor import doctor

    return doctor(data=given.data)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _version() -> str:
    try:
        return version("wikibot")
    except PackageNotFoundError:
        return "unknown (not installed)"
