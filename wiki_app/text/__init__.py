"""What a page's text says: frontmatter, headings, wikilinks. Pure functions, no storage."""

from wiki_app.text.analysis import BlobAnalysis, analyse, decode
from wiki_app.text.frontmatter import Frontmatter
from wiki_app.text.headings import Heading

__all__ = ["BlobAnalysis", "Frontmatter", "Heading", "analyse", "decode"]
