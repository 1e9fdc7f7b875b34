"""A filter as SQL: for every table of the keyword index's file."""

from search.documents import Filter

BEGINS = "substr(id, 1, length(?)) = ?"


def restriction(within: Filter, column: str = "rowid") -> tuple[str, list[object]]:
    """The SQL of a filter (beginning with AND) and its values; "" when there is none."""
    if not within:
        return "", []
    conditions, values = ["1"], list[object]()
    for prefix in within.prefixes:
        conditions.append(BEGINS)
        values += [prefix, prefix]
    if within.either:
        conditions.append(f"({' OR '.join([BEGINS] * len(within.either))})")
        values += [value for prefix in within.either for value in (prefix, prefix)]
    if within.tag is not None:
        conditions.append("EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)")
        values.append(within.tag)
    if within.category is not None:
        conditions.append("category = ?")
        values.append(within.category)
    return f"AND {column} IN (SELECT number FROM documents WHERE {' AND '.join(conditions)})", values
