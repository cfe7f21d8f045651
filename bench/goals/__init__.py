"""One module per goal: g<NN>_<name>.py with `goals(context)`; the contract stands in bench/harness.py."""

import importlib
import pkgutil
from types import ModuleType


def names() -> list[str]:
    """Return the names of the goal modules, in order of their numbers."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name.startswith("g"))


def modules() -> list[ModuleType]:
    """Load them all: their bare views belong to the measured site, whichever goals are selected."""
    return [importlib.import_module(f"{__name__}.{name}") for name in names()]
