"""The derived index of the wiki's pages and history: one SQLite file that may be deleted at any time."""

from wiki_app.catalog.catalog import Catalog, commit_of
from wiki_app.catalog.records import Change, Keyed, LogFilter, PageRecord
from wiki_app.catalog.view import CatalogView

__all__ = ["Catalog", "CatalogView", "Change", "Keyed", "LogFilter", "PageRecord", "commit_of"]
