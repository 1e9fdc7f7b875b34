"""What wikibot costs beside plain Otter Wiki, on a large and on a small wiki: `make bench`."""
