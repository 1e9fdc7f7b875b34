"""From locked requirements, tracked files and pinned packages to zips and their manifest."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from infra.package import tree
from infra.package.archive import Archive, write_zip
from infra.package.bytecode import Python, compile_all
from infra.package.git_layer import build_layer, fetch
from infra.package.guard import check_size
from infra.package.install import Source, add_ours, install
from infra.package.leave_out import LeftOut, check_machine, leave_out, strip
from infra.package.pins import read_pins
from infra.package.target import Target


@dataclass(frozen=True)
class Order:
    """What to build. `python`: minor version; `compiler`: an interpreter of it, None to ship sources;
    `output`: the folder of the zips; `debs`: where Debian's packages lie or are put."""

    python: str
    compiler: Python | None
    output: Path
    debs: Path


@dataclass(frozen=True)
class Built:
    """One processor's package, as the manifest tells it. Sizes in bytes; `unzipped` is with the layer."""

    target: str
    python: str
    raw: int
    unzipped: int
    limit: int
    function: Archive
    layer: Archive
    bytecode: str
    left_out: Sequence[LeftOut]
    source: Source
    uncompiled: Sequence[str] = field(default=())


NO_BYTECODE = (
    "left out: no interpreter of the runtime's Python was found, cold starts take about three times the CPU"
)


def build(target: Target, order: Order) -> Built:
    """Build both zips for one processor. Raises PackageError."""
    pins = read_pins()
    order.output.mkdir(parents=True, exist_ok=True)
    fetch(pins, target, order.debs)
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        function, layer = work / "function", work / "layer"
        layer.mkdir()
        build_layer(pins, target, order.debs, layer)
        install(target, order.python, function)
        source = add_ours(function, work)
        check_machine(function, target.name)
        raw = tree.size(function)
        left_out = [*leave_out(function), strip(function)]
        uncompiled = compile_all(function, order.compiler) if order.compiler else []
        unzipped = check_size(target.limit, function, layer)
        return Built(
            target=target.name,
            python=order.python,
            raw=raw,
            unzipped=unzipped,
            limit=target.limit,
            function=write_zip(function, order.output / f"wikibot-{target.name}.zip"),
            layer=write_zip(layer, order.output / f"git-layer-{target.name}.zip"),
            bytecode=f"Python {order.compiler.version}" if order.compiler else NO_BYTECODE,
            left_out=left_out,
            source=source,
            uncompiled=uncompiled,
        )


def write_manifest(built: Sequence[Built], file: Path) -> None:
    """What was built from what, without a time: the same input gives the same manifest."""
    pins = [asdict(pin) for pin in read_pins()]
    packages = {row.target: asdict(row) for row in built}
    text = json.dumps({"packages": packages, "debian_packages": pins}, indent=2, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")
