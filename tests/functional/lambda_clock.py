"""A clock that a test moves and another process reads."""

from datetime import datetime
from pathlib import Path

from tests.auth.clock import Hands


class FileHands(Hands):
    """Hands that stand in a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        self._write()

    def forward(self, seconds: float) -> None:
        """Move them."""
        super().forward(seconds)
        self._write()

    def _write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(self.now.isoformat(), encoding="ascii")


def read_hands(file: Path) -> datetime:
    """What they show."""
    return datetime.fromisoformat(file.read_text(encoding="ascii"))
