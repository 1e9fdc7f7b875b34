"""python -m infra.package build | pins"""

import argparse
import sys
from pathlib import Path

from infra.package.build import NO_BYTECODE, Built, Order, build, write_manifest
from infra.package.bytecode import find_python
from infra.package.errors import PackageError
from infra.package.git_layer import newest_pins
from infra.package.guard import mib, table
from infra.package.install import ROOT
from infra.package.pins import FILE, write_pins
from infra.package.target import RUNTIME_PYTHON, TARGETS


def main(words: list[str] | None = None) -> int:
    """The exit code: 0, or 1 with a sentence on standard error."""
    args = _parser().parse_args(words)
    try:
        args.run(args)
    except PackageError as error:
        print(f"make package: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    commands = parser.add_subparsers(required=True)
    debs = {"type": Path, "default": ROOT / "build" / "debs", "help": "folder with Debian's packages"}

    making = commands.add_parser("build", help="both zips for each processor, and manifest.json")
    making.add_argument("--target", action="append", choices=sorted(TARGETS), help="all, unless named")
    making.add_argument("--python", default=RUNTIME_PYTHON, help="another minor version: for tests only")
    making.add_argument("--compiler", type=Path, help="an interpreter of that version, for the bytecode")
    making.add_argument("--output", type=Path, default=ROOT / "build" / "lambda")
    making.add_argument("--debs", **debs)  # type: ignore[arg-type]  # one dictionary for two commands
    making.set_defaults(run=_build)

    pinning = commands.add_parser("pins", help="pin Debian's packages as apt has them now")
    pinning.add_argument("--debs", **debs)  # type: ignore[arg-type]
    pinning.set_defaults(run=_pin)
    return parser


def _build(args: argparse.Namespace) -> None:
    compiler = find_python(args.python, args.compiler)
    if compiler is None:
        print(
            f"make package: bytecode is {NO_BYTECODE}. Put python{args.python} on the PATH, or say "
            f"`make package PYTHON313=/path/of/python{args.python}`.",
            file=sys.stderr,
        )
    order = Order(args.python, compiler, args.output.resolve(), args.debs.resolve())
    built = []
    for name in args.target or sorted(TARGETS):
        built.append(build(TARGETS[name], order))
        print(summary(built[-1]), flush=True)
    write_manifest(built, order.output / "manifest.json")


def _pin(args: argparse.Namespace) -> None:
    pins = newest_pins(args.debs.resolve())
    write_pins(pins)
    print(f"Written to {FILE.name}: {', '.join(f'{pin.name} {pin.version}' for pin in pins)}")


def summary(built: Built) -> str:
    """What was built, for a person."""
    state = "" if built.source.clean else ", with changes that are not committed"
    left = built.raw - sum(row.bytes for row in built.left_out)
    rows = [
        ("installed", built.raw),
        *((f"- {row.reason}", row.bytes) for row in built.left_out),
        ("+ bytecode, less the sources in whose place it is", built.function.unzipped - left),
        (f"function ({built.function.name}: {mib(built.function.size)})", built.function.unzipped),
        (f"layer ({built.layer.name}: {mib(built.layer.size)})", built.layer.unzipped),
        (f"unzipped; the limit is {mib(built.limit)}", built.unzipped),
    ]
    return (
        f"{built.target}, Python {built.python}, commit {built.source.commit[:12]}{state}; "
        f"bytecode: {built.bytecode}\n{table(rows)}"
    )


if __name__ == "__main__":
    sys.exit(main())
