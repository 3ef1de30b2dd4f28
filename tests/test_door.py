"""The names that `import tinydwn` offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import tinydwn

HEAVY = ("torch", "numpy", "sklearn", "pandas", "matplotlib", "scipy", "numba", "networkx", "pyosys", "typer", "rich")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, tinydwn; print([name for name in {HEAVY} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_the_room_of_estimators_loads_nothing_heavy_either() -> None:
    code = f"import sys, tinydwn.estimators; print([name for name in {HEAVY} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_every_public_name_is_told() -> None:
    assert sorted(tinydwn.__all__) == tinydwn.__all__
    assert set(tinydwn.__all__) <= set(dir(tinydwn))
    assert {"synthesize", "DWNClassifier", "CircuitClassifier", "load_bundle", "__version__"} == set(tinydwn.__all__)


def test_names_are_those_of_the_rooms() -> None:
    from tinydwn.estimators import CircuitClassifier, DWNClassifier
    from tinydwn.synthesis import synthesize
    from tinydwn.synthesis.loaded import load_bundle

    assert tinydwn.CircuitClassifier is CircuitClassifier
    assert tinydwn.DWNClassifier is DWNClassifier
    assert tinydwn.load_bundle is load_bundle
    assert tinydwn.synthesize is synthesize


def test_a_name_that_is_not_there_is_named() -> None:
    with pytest.raises(AttributeError, match="module 'tinydwn' has no attribute 'sythesize'"):
        tinydwn.sythesize  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'sythesize'"):
        from tinydwn import sythesize  # noqa: F401
