"""The evaluation's own arithmetic, and its way through a tiny collection."""

import json
from math import log2
from pathlib import Path

import pytest

from evaluation.__main__ import misses, table
from evaluation.baseline import Grep
from evaluation.collection import is_for_tuning, load
from evaluation.measures import ndcg, recall
from evaluation.run import Figures, evaluate
from search.local_model import LocalModel


def test_ndcg_is_one_for_the_best_order_and_less_for_others() -> None:
    gains = {"a": 3, "b": 1}

    assert ndcg(["a", "b"], gains) == pytest.approx(1)
    assert ndcg(["b", "x", "a"], gains) == pytest.approx((1 + 3 / log2(4)) / (3 + 1 / log2(3)))
    assert ndcg(["x"] * 10 + ["a"], gains) == 0
    assert ndcg(["a"], {}) == 0


def test_recall_is_the_part_that_was_found() -> None:
    assert recall(["a", "x"], {"a": 1, "b": 2}) == 0.5
    assert recall([], {}) == 0


def test_the_halves_are_halves() -> None:
    assert 400 < sum(is_for_tuning(str(number)) for number in range(1_000)) < 600


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    texts = {
        "url/otter": "Otters swim in rivers.",
        "url/horse": "Horses eat grass.",
        "url/pump": "Water pumps.",
    }
    lines = [json.dumps({"id": key, "title": key[4:], "text": text}) for key, text in texts.items()]
    (folder / "docs.jsonl").write_text("\n".join(lines))
    questions = {"1": "animals in rivers", "2": "what do horses eat", "unjudged": "?"}
    (folder / "queries.jsonl").write_text(
        "\n".join(json.dumps({"id": key, "text": text}) for key, text in questions.items())
    )
    (folder / "qrels.tsv").write_text("query_id\tdoc_id\tscore\n1\turl/otter\t2\n2\turl/horse\t1\n")
    return folder


def test_grep_counts_different_words_first(folder: Path) -> None:
    assert Grep(load(folder)).ranked("horses that eat in rivers", 2) == ["url/horse", "url/otter"]


def test_ids_can_be_hidden(folder: Path) -> None:
    collection = load(folder, hide_ids=True)

    assert [document.id for document in collection.documents] == ["0", "1", "2"]
    assert collection.gains == {"1": {"0": 2}, "2": {"1": 1}}


async def test_a_collection_goes_through_the_products_own_search(folder: Path, tmp_path: Path) -> None:
    model = LocalModel.open()
    rows = await evaluate(load(folder), model, tmp_path)
    await model.close()

    assert [row.way for row in rows] == ["grep", "keyword", "semantic", "hybrid"]
    assert rows[3].ndcg == rows[3].recall == 1
    assert "| hybrid | 1.000 | 1.000 |" in table("tiny", rows)
    assert misses("tiny", rows) == []


def test_a_missed_gate_is_said() -> None:
    rows = [Figures(way, 0.5, 0.5, 0.5, 0.5) for way in ("grep", "keyword", "semantic")]
    rows.append(Figures("hybrid", 0.4, 0.5, 0.5, 0.5))

    assert len(misses("docs", rows)) == 3
