"""Two lists into one, and neighbours that support each other."""

import numpy as np
import pytest

from search.agreement import agreed
from search.embedder import Vectors
from search.feedback import cosines, moved
from search.fusion import DEPTH, Fused, fuse


def order(found: list[Fused]) -> list[int]:
    return [one.number for one in found]


def test_scores_are_parts_of_the_best_word_rank_and_of_the_spread_of_cosines() -> None:
    found = {one.number: one.score for one in fuse({1: 10.0, 2: 5.0}, {2: 0.8, 3: 0.6, 4: 0.5}, {}, 0.4)}

    assert found == pytest.approx({1: 0.6, 2: 0.3 + 0.4, 3: 0.4 / 3, 4: 0.0})


def test_what_only_one_leg_found_takes_part() -> None:
    assert set(order(fuse({1: 1.0}, {2: 0.9}, {}, 0.4))) == {1, 2}
    assert order(fuse({}, {2: 0.9, 3: 0.1}, {}, 1.0)) == [2, 3]
    assert fuse({}, {}, {}, 0.4) == []


def test_each_leg_gives_its_best_hundred() -> None:
    found = fuse({number: 1.0 + number for number in range(300)}, {}, {}, 0.4)

    assert len(found) == DEPTH and found[0].number == 299


def test_documents_with_more_rare_terms_stand_before_all_others() -> None:
    assert order(fuse({1: 10.0, 2: 1.0, 3: 1.0}, {1: 0.9}, {2: 1, 3: 2}, 0.4)) == [3, 2, 1]


def unit(*values: float) -> Vectors:
    row = np.array(values, np.float32)
    return np.asarray(row / np.linalg.norm(row), np.float32)


def test_a_document_among_good_neighbours_rises_over_a_lonely_one() -> None:
    found = fuse({1: 10.0, 2: 9.5, 3: 5.1, 4: 5.0}, {}, {}, 0.0)
    vectors = {1: unit(1, 0, 0), 2: unit(1, 0.1, 0), 4: unit(1, 0.05, 0), 3: unit(0, 0, 1)}

    assert order(agreed(found, vectors)) == [1, 2, 4, 3]


def test_a_rare_term_stays_before_all_neighbours() -> None:
    found = fuse({1: 10.0, 2: 9.5, 3: 1.0}, {}, {3: 1}, 0.0)

    assert order(agreed(found, {1: unit(1, 0), 2: unit(1, 0.1), 3: unit(0, 1)}))[0] == 3


def test_documents_without_a_vector_keep_their_score() -> None:
    found = fuse({1: 10.0, 2: 5.0}, {}, {}, 0.0)

    assert agreed(found, {}) == found
    assert agreed(found, {1: unit(1, 0)}) == found


def test_feedback_moves_the_query_towards_what_was_found_first() -> None:
    found = fuse({1: 10.0, 2: 9.0}, {}, {}, 0.0)

    query = moved(unit(1, 0)[None], found, {1: unit(0, 1), 2: unit(0, 1), 3: unit(-1, 0)})

    assert cosines(query, [7, 8], {7: unit(0, 1)})[7] == pytest.approx(0.5 / 1.25**0.5, abs=1e-5)
    assert np.array_equal(moved(unit(1, 0)[None], found, {}), unit(1, 0)[None])
