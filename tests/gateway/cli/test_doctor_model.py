"""`wikibot doctor`: the line about the embedding model."""

from pathlib import Path

import pytest

from gateway.cli import main
from search.local_model import MODEL_SHA256
from tests.functional.rest import make_seed


def line(data: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["doctor", "--data", str(data)])
    printed = capsys.readouterr().out.splitlines()
    return code, next(text for text in printed if "embedding model:" in text)


def test_the_shipped_model_is_loaded_compared_and_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIKIBOT_EMBEDDINGS", "local")
    code, text = line(make_seed(tmp_path / "data"), capsys)

    assert (code, text[:4]) == (0, "ok  ")
    assert f"all-MiniLM-L6-v2-w8a8 answers, 384 dimensions, sha256 {MODEL_SHA256}" in text


def test_no_model_is_a_choice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIKIBOT_EMBEDDINGS", "none")

    assert line(make_seed(tmp_path / "data"), capsys) == (
        0, "note  embedding model: by words only (WIKIBOT_EMBEDDINGS=none)",
    )  # fmt: skip


def test_a_model_that_does_not_answer_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIKIBOT_EMBEDDINGS", "bedrock")
    monkeypatch.setenv("WIKIBOT_BEDROCK_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    code, text = line(make_seed(tmp_path / "data"), capsys)

    assert (code, text) == (1, "FAIL  embedding model: There are no AWS credentials for Bedrock.")
