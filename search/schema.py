"""The tables of the keyword index: documents, their words, and their chunks for the search by meaning.

All of it lies in one file, so that a text, its words and its chunks never belong to different versions:
what is removed here is found no more, however far the vectors are behind.
"""

VERSION = 4
"""Of the layout below: another version is another index and is built anew."""

STEMS = "porter unicode61 remove_diacritics 2"
PLAIN = "unicode61 remove_diacritics 2"
"""How FTS5 cuts texts into words."""

# Each table of words stands alone, because bm25 takes the length of a row over all its columns:
#   words   ranks: title and body, stemmed           places  the words of the id, as of a path
#   codes   identifiers and parts of words           grams   what stands inside words (three characters)
# What the first three list for a word is read from `…_lists` (search/lists.py).
# A chunk goes with its document; `changes` tells every process which keys came or went, whoever did it.
SCHEMA = f"""
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
INSERT INTO state VALUES ('source', lower(hex(randomblob(16))));
CREATE TABLE documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, body TEXT NOT NULL, extra TEXT NOT NULL,
    heading TEXT NOT NULL, tags TEXT NOT NULL, category TEXT NOT NULL, words INTEGER NOT NULL,
    chunked INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX documents_unchunked ON documents(number) WHERE chunked = 0;
CREATE VIRTUAL TABLE words USING fts5(
    title, body, content='documents', content_rowid='number', tokenize='{STEMS}'
);
CREATE VIRTUAL TABLE places USING fts5(
    id, content='documents', content_rowid='number',
    tokenize='{STEMS}', detail='none'
);
CREATE VIRTUAL TABLE codes USING fts5(
    extra, content='documents', content_rowid='number',
    tokenize='{PLAIN}', detail='none'
);
CREATE VIRTUAL TABLE grams USING fts5(
    title, body, content='documents', content_rowid='number', tokenize='trigram', detail='none'
);
CREATE VIRTUAL TABLE words_lists USING fts5vocab(words, instance);
CREATE VIRTUAL TABLE places_lists USING fts5vocab(places, instance);
CREATE VIRTUAL TABLE codes_lists USING fts5vocab(codes, instance);
CREATE TABLE chunks (
    document INTEGER NOT NULL, position INTEGER NOT NULL, total INTEGER NOT NULL,
    key INTEGER NOT NULL, hash BLOB NOT NULL,
    path TEXT NOT NULL, also TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (document, position)
);
CREATE INDEX chunks_key ON chunks(key, document, position);
CREATE INDEX chunks_first ON chunks(document, key) WHERE position = 0;
CREATE TABLE changes (sequence INTEGER PRIMARY KEY AUTOINCREMENT, key INTEGER NOT NULL);
CREATE TRIGGER chunks_added AFTER INSERT ON chunks BEGIN
    INSERT INTO changes(key) VALUES (new.key);
END;
CREATE TRIGGER chunks_removed AFTER DELETE ON chunks BEGIN
    INSERT INTO changes(key) VALUES (old.key);
END;
CREATE TRIGGER documents_added AFTER INSERT ON documents BEGIN
    INSERT INTO words(rowid, title, body) VALUES (new.number, new.title, new.body);
    INSERT INTO places(rowid, id) VALUES (new.number, new.id);
    INSERT INTO codes(rowid, extra) VALUES (new.number, new.extra);
    INSERT INTO grams(rowid, title, body) VALUES (new.number, new.title, new.body);
END;
CREATE TRIGGER documents_removed AFTER DELETE ON documents BEGIN
    INSERT INTO words(words, rowid, title, body) VALUES ('delete', old.number, old.title, old.body);
    INSERT INTO places(places, rowid, id) VALUES ('delete', old.number, old.id);
    INSERT INTO codes(codes, rowid, extra) VALUES ('delete', old.number, old.extra);
    INSERT INTO grams(grams, rowid, title, body) VALUES ('delete', old.number, old.title, old.body);
    DELETE FROM chunks WHERE document = old.number;
END
"""

WORD_TABLES = ("words", "places", "codes", "grams")
REMOVED_TRIGGER = "CREATE TRIGGER" + SCHEMA.rsplit("CREATE TRIGGER", 1)[1]
"""Put back after the tables were emptied without it, which would take every document apart again."""
