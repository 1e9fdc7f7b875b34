"""`wikibot user …`: the wiki's accounts from the command line."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from auth.people import People
from auth.storage import AccountStates, Database, Sessions
from gateway.data_folder import prepare
from gateway.settings import Settings, load_settings
from gateway.start import StartError
from wiki_app.accounts import WikiAccounts
from wiki_app.preferences import Preferences
from wiki_app.rights import WikiRights


def add(data: Path | None, *, name: str, email: str, password: str | None, admin: bool) -> int:
    """A new account; the first one is an administrator in any case."""
    settings, people = opened(data)
    first = not people.exist()
    chosen = password if password is not None else _ask()
    account = people.add(name, email, chosen, admin=admin or first)
    print(f"{account.name} <{account.email}> has an account{', as administrator' if account.admin else ''}.")
    if first and settings.local_only:
        print("From now on everybody signs in; nobody is the owner any more by being on this machine.")
    return 0


def show(data: Path | None) -> int:
    """One line an account: address, name, what it may do now."""
    settings, people = opened(data)
    with closing(Preferences(settings.database, settings.otterwiki)) as preferences:
        for line in _lines(people, WikiRights(settings.database, preferences)):
            print(line)
    return 0


def disable(data: Path | None, email: str, *, disabled: bool) -> int:
    """Lock an account, with its sessions and tokens; or open it again."""
    _, people = opened(data)
    people.disable(email, disabled=disabled)
    print(f"{email} is {'locked' if disabled else 'open'}.")
    return 0


def remove(data: Path | None, email: str) -> int:
    """Remove an account with its sessions and tokens; its commits stay."""
    _, people = opened(data)
    people.remove(email)
    print(f"{email} is removed.")
    return 0


def password(data: Path | None, email: str, chosen: str | None) -> int:
    """A new password; who is signed in with the old one has to sign in again."""
    _, people = opened(data)
    people.set_password(email, chosen if chosen is not None else _ask())
    print(f"{email} has a new password.")
    return 0


def opened(data: Path | None) -> tuple[Settings, People]:
    """The accounts of a data folder, which is made when it is not there."""
    settings = load_settings(data=data)
    prepare(settings)
    database = Database(settings.auth_database)
    return settings, People(WikiAccounts(settings.database), AccountStates(database), Sessions(database))


def _lines(people: People, rights: WikiRights) -> Iterator[str]:
    for account in people.accounts.all():
        locked = people.is_disabled(account.email)
        held = "locked" if locked else " ".join(sorted(rights.rights_of(account.email)))
        yield f"{account.email}\t{account.name}\t{held or 'no right'}"


def _ask() -> str:
    """The password from the terminal, twice; from a pipe, one line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise StartError("The two passwords differ.")
    return first
