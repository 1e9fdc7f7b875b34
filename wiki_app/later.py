"""Libraries that others import at their start and hardly ever use: loaded when first used.

Like importlib.util.LazyLoader, whose modules load as soon as a second `import` statement looks at them (it
asks for `__spec__`), and which are not for two threads at once (Python issue 114763).
"""

import sys
from importlib.abc import Loader
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from threading import RLock
from types import ModuleType

_loading = RLock()
_loaders: dict[str, Loader] = {}


class _Later(ModuleType):
    """Knows only what its spec says, until somebody asks for more."""

    def __getattr__(self, name: str) -> object:
        with _loading:
            loader = _loaders.pop(self.__name__, None)
            if loader is not None:
                loader.exec_module(self)
                self.__class__ = ModuleType  # type: ignore[assignment]  # what modules are
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}") from None


def load_later(*names: str) -> None:
    """Puts lazy modules in place of those that are installed and not loaded; a package before its parts."""
    for name in names:
        package, _, last = name.rpartition(".")
        parent = sys.modules.get(package)
        spec = PathFinder.find_spec(name, list(parent.__path__) if parent else None)
        if name in sys.modules or spec is None or spec.loader is None:
            continue
        _loaders[name] = spec.loader
        module = module_from_spec(spec)
        module.__class__ = _Later
        sys.modules[name] = module
        if parent:
            setattr(parent, last, module)
