"""The arguments of `wikibot user …` and `wikibot token …`."""

import argparse
from pathlib import Path
from typing import Protocol

from auth.scopes import SCOPES


class Command(Protocol):
    """What a parsed command line is handed to."""

    def __call__(self, given: argparse.Namespace) -> int: ...


def add_user(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`user add|list|disable|enable|remove|password`."""
    group = _group(commands, "user", "the accounts of the wiki")
    adding = _command(group, "add", "add an account", _user_add)
    adding.add_argument("--name", required=True, help="the name in the history")
    adding.add_argument("--email", required=True)
    adding.add_argument("--password", help="asked for when it is not given")
    adding.add_argument("--admin", action="store_true", help="make it an administrator")
    _command(group, "list", "list the accounts and what they may do", _user_list)
    for name, text, run in (
        ("disable", "lock an account", _user_disable),
        ("enable", "open a locked account", _user_enable),
        ("remove", "remove an account", _user_remove),
        ("password", "set a new password", _user_password),
    ):
        command = _command(group, name, text, run)
        command.add_argument("email", metavar="EMAIL")
        if name == "password":
            command.add_argument("--password", help="asked for when it is not given")


def add_token(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`token create|list|revoke`."""
    group = _group(commands, "token", "tokens for scripts, CI and git")
    making = _command(group, "create", "make a token and print it, this once", _token_create)
    making.add_argument("--name", required=True, help="what it is for")
    making.add_argument("--user", metavar="EMAIL", help="whose token, where there are several accounts")
    making.add_argument("--scope", nargs="+", choices=list(SCOPES), help="both when not given")
    making.add_argument("--path", metavar="PREFIX", help="only the pages below this path")
    making.add_argument("--expires", type=float, metavar="DAYS", help="never when not given")
    _command(group, "list", "list the tokens", _token_list)
    revoking = _command(group, "revoke", "revoke a token", _token_revoke)
    revoking.add_argument("number", type=int, metavar="NUMBER")


def _group(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    group = commands.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
    return group.add_subparsers(required=True, metavar="COMMAND")


def _command(
    group: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, run: Command
) -> argparse.ArgumentParser:
    added = group.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
    added.add_argument("--data", type=Path, metavar="DIR", help="data folder (WIKIBOT_DATA, ./wikibot-data)")
    added.set_defaults(command=run)
    return added


# Loaded when called, as all commands are.


def _user_add(given: argparse.Namespace) -> int:
    from gateway.cli import accounts

    return accounts.add(
        given.data, name=given.name, email=given.email, password=given.password, admin=given.admin
    )


def _user_list(given: argparse.Namespace) -> int:
    from gateway.cli import accounts

    return accounts.show(given.data)


def _user_disable(given: argparse.Namespace) -> int:
    from gateway.cli import accounts

    return accounts.disable(given.data, given.email, disabled=True)


def _user_enable(given: argparse.Namespace) -> int:
    from gateway.cli import accounts

    return accounts.disable(given.data, given.email, disabled=False)


def _user_remove(given: argparse.Namespace) -> int:
    from gateway.cli import accounts

    return accounts.remove(given.data, given.email)


def _user_password(given: argparse.Namespace) -> int:
    from gateway.cli import accounts

    return accounts.password(given.data, given.email, given.password)


def _token_create(given: argparse.Namespace) -> int:
    from gateway.cli import tokens

    return tokens.create(
        given.data,
        name=given.name,
        user=given.user,
        scopes=given.scope,
        path=given.path,
        days=given.expires,
    )


def _token_list(given: argparse.Namespace) -> int:
    from gateway.cli import tokens

    return tokens.show(given.data)


def _token_revoke(given: argparse.Namespace) -> int:
    from gateway.cli import tokens

    return tokens.revoke(given.data, given.number)
