"""Relevance feedback: the query is moved towards what both legs found first, and asked again.

Rocchio's rule with the best documents taken for relevant (pseudo-relevance feedback). Only the chunks that
were near anyway are compared again, so that it costs no second search (docs/evaluation.md).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from search.embedder import Vectors, matrix
from search.fusion import Fused

EXAMPLES = 5
"""Documents that are taken for relevant."""
EXAMPLES_WEIGHT = 0.5
"""What their mean adds to the query, whose length is 1."""


def moved(query: Vectors, found: Sequence[Fused], vectors: Mapping[int, Vectors]) -> Vectors:
    """The query (one row of length 1) moved towards the best documents, by number, that have a vector."""
    examples = [vectors[one.number] for one in found[:EXAMPLES] if one.number in vectors]
    if not examples:
        return query
    total = query + np.float32(EXAMPLES_WEIGHT) * np.mean(examples, axis=0)
    return np.asarray(total / np.linalg.norm(total), np.float32)


def cosines(query: Vectors, keys: Sequence[int], vectors: Mapping[int, Vectors]) -> dict[int, float]:
    """The nearness of chunks to a query, of those that have a vector."""
    known = [key for key in keys if key in vectors]
    if not known:
        return {}
    values = matrix([vectors[key] for key in known]) @ query[0]
    return dict(zip(known, values.tolist(), strict=True))
