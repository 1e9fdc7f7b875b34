"""`python -m infra.smoke URL`: a line a check; exit code 1 if one failed, 2 for a bad address."""

import argparse
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from infra.smoke.checks import CHECKS, Check
from infra.smoke.wiki import Broken, Wiki

WIDTH = max(len(name) for name, _ in CHECKS)


def main(arguments: list[str]) -> int:
    """Runs all checks, also after one has failed."""
    given = _parser().parse_args(arguments)
    url = given.url.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        print(f"{given.url} is no address of a wiki: write it as https://wiki.example.org.", file=sys.stderr)
        return 2
    token = given.token_file.read_text(encoding="utf-8").strip() if given.token_file else None
    with httpx.Client(follow_redirects=False) as http:
        wiki = Wiki(url, http, token or None)
        passed = [_run(name, check, wiki) for name, check in CHECKS]
    print(f"{sum(passed)} of {len(passed)} checks passed at {url}")
    return 0 if all(passed) else 1


def _run(name: str, check: Check, wiki: Wiki) -> bool:
    try:
        said, passed = check(wiki), True
    except (Broken, KeyError, TypeError, ValueError) as error:
        reason = str(error) if isinstance(error, Broken) else f"an answer of another shape ({error!r})"
        said, passed = reason, False
    print(f"{'ok    ' if passed else 'FAILED'} {name:<{WIDTH}}  {said}", flush=True)
    return passed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.smoke", description="Checks a wiki from outside.")
    parser.add_argument("url", help="the wiki's public address, as https://wiki.example.org")
    parser.add_argument(
        "--token-file",
        type=Path,
        help="a file with a personal access token that may write: a page is written and deleted too",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
