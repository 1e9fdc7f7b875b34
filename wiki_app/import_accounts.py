"""The accounts of another Otter Wiki, taken along by an import."""

import sqlite3
from contextlib import closing
from pathlib import Path

from wiki_app.errors import InvalidInput

# As Otter Wiki 2.26.1 makes it; a test compares the columns with its own model.
TABLE = """CREATE TABLE IF NOT EXISTS "user" (
    id INTEGER NOT NULL, name VARCHAR(128), email VARCHAR(128), password_hash VARCHAR(512),
    first_seen DATETIME, last_seen DATETIME, is_approved BOOLEAN, is_admin BOOLEAN, email_confirmed BOOLEAN,
    allow_read BOOLEAN, allow_write BOOLEAN, allow_upload BOOLEAN, PRIMARY KEY (id))"""
INDEX = 'CREATE UNIQUE INDEX IF NOT EXISTS ix_user_email ON "user" (email)'


def check_accounts(database: Path) -> None:
    """Raises InvalidInput unless `database` is an Otter Wiki's."""
    _accounts(database)


def copy_accounts(source: Path, target: Path) -> int:
    """Adds the accounts of `source` to those of `target`; who has one there keeps it. Returns how many came.

    Raises InvalidInput when `source` is not an Otter Wiki's database.
    """
    columns, rows = _accounts(source)
    with closing(sqlite3.connect(target, timeout=10)) as connection, connection:
        connection.execute(TABLE)
        connection.execute(INDEX)
        known = {str(row[1]) for row in connection.execute('PRAGMA table_info("user")')}
        kept = [index for index, name in enumerate(columns) if name in known and name != "id"]
        names = ", ".join(columns[index] for index in kept)
        places = ", ".join("?" * len(kept))
        before = connection.total_changes
        connection.executemany(
            f'INSERT OR IGNORE INTO "user" ({names}) VALUES ({places})',  # noqa: S608 - names of our own table
            [[row[index] for index in kept] for row in rows],
        )
        return connection.total_changes - before


def _accounts(database: Path) -> tuple[list[str], list[tuple[object, ...]]]:
    complaint = f"{database} is not the database of an Otter Wiki: give its db.sqlite."
    if not database.is_file():
        raise InvalidInput(complaint)
    try:
        with closing(
            sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
        ) as connection:
            cursor = connection.execute('SELECT * FROM "user" ORDER BY id')
            return [str(column[0]) for column in cursor.description], cursor.fetchall()
    except sqlite3.DatabaseError as error:
        raise InvalidInput(complaint) from error
