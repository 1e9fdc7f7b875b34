"""Libraries that others import at their start and hardly ever use: loaded when first used.

The standard library's lazy modules are not for two threads that touch one at the same moment (Python issue
114763): so only for what nobody touches, or where one request runs at a time.
"""

import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader, module_from_spec


def load_later(*names: str) -> None:
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
