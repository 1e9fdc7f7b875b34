"""Shared objects without their symbol tables, modules without their sources."""

import importlib.machinery
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from infra.package import elf
from infra.package.bytecode import Python, compile_all, find_python
from infra.package.errors import PackageError
from infra.package.target import here

RUNNING = ".".join(map(str, sys.version_info[:2]))


def test_a_stripped_module_still_loads(tmp_path: Path) -> None:
    found = importlib.util.find_spec("_cffi_backend")  # any extension module will do
    assert found is not None and found.origin is not None
    source = Path(found.origin)
    data = source.read_bytes()
    smaller = elf.stripped(data)
    assert elf.machine(data) == elf.machine(smaller) == here()
    assert len(smaller) < len(data)
    assert elf.stripped(smaller) == smaller
    name = f"_cffi_backend{importlib.machinery.EXTENSION_SUFFIXES[0]}"
    (tmp_path / name).write_bytes(smaller)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import _cffi_backend as m; print(m.__file__)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(tmp_path / name)


def test_what_is_no_object_stays_as_it_is() -> None:
    assert elf.stripped(b"INPUT(libz.so.1)") == b"INPUT(libz.so.1)"
    assert elf.machine(b"INPUT(libz.so.1)") is None


def modules(folder: Path) -> Path:
    for name in ("foreign/__init__.py", "gateway/__init__.py"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("def where():\n    return where.__code__.co_filename\n")
    (folder / "foreign" / "template.py").write_text("{{ no python }}")
    return folder


def test_foreign_sources_give_way_and_ours_stay_beside_their_bytecode(tmp_path: Path) -> None:
    python = find_python(RUNNING)
    assert python == Python(Path(sys.executable), sys.version.split()[0])
    folder = modules(tmp_path / "tree")
    assert compile_all(folder, python) == ["foreign/template.py"]
    left = sorted(path.name.partition(".cpython")[0] for path in folder.rglob("*") if path.is_file())
    assert left == ["__init__", "__init__.py", "__init__.pyc", "template.py"]
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); import foreign, gateway; print(foreign.where())"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "/var/task/foreign/__init__.py"


def test_bytecode_is_the_same_each_time_and_wherever_it_is_made(tmp_path: Path) -> None:
    python = find_python(RUNNING)
    assert python is not None
    first, second = modules(tmp_path / "a"), modules(tmp_path / "other" / "b")
    compile_all(first, python)
    compile_all(second, python)
    compiled = [path.relative_to(first) for path in first.rglob("*.pyc")]
    assert len(compiled) == 2
    assert [path for path in compiled if (first / path).read_bytes() != (second / path).read_bytes()] == []


def test_an_interpreter_of_another_version_is_refused() -> None:
    with pytest.raises(PackageError, match=r"must name Python 3\.99"):
        find_python("3.99", Path(sys.executable))
    assert find_python("3.99") is None
