"""`python -m evaluation`: a table of figures, and whether the gates hold."""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from evaluation.collection import load
from evaluation.run import Figures, evaluate
from search.answers import Progress
from search.local_model import MODEL_SHA256, LocalModel

COLLECTIONS = Path("../shared/data/ir")
CACHE = Path(".evaluation")

# nDCG@10 that must be reached (DECISIONS 28).
GATES: Mapping[str, Mapping[str, float]] = {
    "cranfield": {"keyword": 0.36, "hybrid": 0.405},
    "docs": {"keyword": 0.745, "hybrid": 0.80},
}


def main() -> int:
    """0 when every gate holds."""
    arguments = _arguments()
    arguments.cache.mkdir(parents=True, exist_ok=True)
    print(f"Model: {LocalModel.model.id}, sha256 {MODEL_SHA256}\n")
    failed: list[str] = []
    for name in arguments.sets:
        rows = asyncio.run(_evaluate(name, arguments.collections, arguments.cache, arguments.hide_ids))
        print(table(name, rows))
        failed += misses(name, rows)
    print("\n".join(failed) if failed else "All gates hold.")
    return 1 if failed else 0


def table(name: str, rows: list[Figures]) -> str:
    """A Markdown table of one collection."""
    lines = [
        f"| {name} | nDCG@10 | Recall@10 | nDCG@10, tuning half | nDCG@10, reported half |",
        "|---|---|---|---|---|",
        *(
            f"| {row.way} | {row.ndcg:.3f} | {row.recall:.3f} | {row.tuning:.3f} | {row.report:.3f} |"
            for row in rows
        ),
    ]
    return "\n".join(lines) + "\n"


def misses(name: str, rows: list[Figures]) -> list[str]:
    """A sentence for each gate that does not hold."""
    found = {row.way: row.ndcg for row in rows}
    failed = [
        f"{name}: {way} reaches {found[way]:.3f}, the gate is {gate}."
        for way, gate in GATES.get(name, {}).items()
        if found[way] < gate
    ]
    better = max(found["keyword"], found["semantic"])
    if found["hybrid"] < better:
        failed.append(f"{name}: hybrid reaches {found['hybrid']:.3f}, its better leg {better:.3f}.")
    return failed


async def _evaluate(name: str, collections: Path, cache: Path, hide_ids: bool) -> list[Figures]:
    model = LocalModel.open()
    try:
        return await evaluate(load(collections / name, hide_ids=hide_ids), model, cache, _tell)
    finally:
        await model.close()
        print(file=sys.stderr)


def _tell(progress: Progress) -> None:
    left = f", {progress.left:.0f} s left" if progress.left else ""
    texts = f"{progress.documents_done} of {progress.documents} texts"
    chunks = f"{progress.chunks_done} of {progress.chunks} chunks, {progress.per_second:.0f}/s"
    print(
        f"\r{texts}, {chunks}{left}    ",
        end="",
        file=sys.stderr,
        flush=True,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument(
        "--collections", type=Path, default=COLLECTIONS, help="folder of the judged collections"
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder that keeps embeddings between runs")
    parser.add_argument("--hide-ids", action="store_true", help="number the texts, so that ids cannot help")
    parser.add_argument("--sets", nargs="+", default=sorted(GATES), help="names of collections")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
