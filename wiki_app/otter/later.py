"""Libraries that Otter Wiki imports at its start and that a page does not need: loaded when first used.

Only where one request runs at a time (a Lambda): the standard library's lazy modules are not for two threads
that touch one at the same moment (Python issue 114763).
"""

import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader, module_from_spec

NAMES = ("git", "git.exc", "soupsieve", "charset_normalizer")
"""GitPython is behind our storage, which never calls it; the other two are Beautiful Soup's: selectors, and
texts of unknown encoding. They take an eighth of Otter Wiki's start."""


def load_later(names: tuple[str, ...] = NAMES) -> None:
    """Puts lazy modules in place of those that are installed and not loaded; a package before its parts."""
    found: dict[str, ModuleSpec] = {}
    for name in names:
        package = found.get(name.rpartition(".")[0])
        spec = PathFinder.find_spec(name, package.submodule_search_locations if package else None)
        if name in sys.modules or spec is None or spec.loader is None:
            continue
        found[name] = spec
        spec.loader = LazyLoader(spec.loader)
        sys.modules[name] = module = module_from_spec(spec)
        spec.loader.exec_module(module)
