"""Fixtures that more than one room uses."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tinydwn.errors import ProgramMissing
from tinydwn.export.bundle import Bundle
from tinydwn.layout.def_layout import load_def
from tinydwn.layout.layout import Layout
from tinydwn.layout.lef import Lef, load_lefs
from tinydwn.synthesis import Synthesis, SynthesisOptions
from tinydwn.tools.klayout import find_klayout
from tinydwn.tools.streed import find_streed

settings.register_profile(
    "tinydwn",
    max_examples=45,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    print_blob=True,
)
settings.load_profile("tinydwn")


def _required(what: str) -> bool:
    """Say whether the environment forbids to skip for lack of `what`."""
    required = os.environ.get("TINYDWN_REQUIRE", "")
    return required == "all" or what in required.split(",")


def skip_or_fail(what: str, why: str) -> None:
    """Skip with a named reason, or fail where TINYDWN_REQUIRE names `what` (or is "all")."""
    if _required(what):
        pytest.fail(f"{what} is required here: {why}")
    pytest.skip(f"{what}: {why}")


@pytest.fixture(scope="session", autouse=True)
def heeded_interrupts() -> None:
    """Let tests and what they start heed Ctrl-C and a closed terminal, which a shell may have them ignore."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def outermost_make() -> None:
    """Let a make that a test starts be the outermost one, though a make may run the tests: no flags come down."""
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with real data sets and cell libraries beside the checkout."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "data").is_dir():
        skip_or_fail("shared", f"{folder} does not exist")
    return folder


@pytest.fixture(scope="session")
def sky130_lefs(shared: Path) -> list[Path]:
    """Return the files with the technology and the cells of the open 130 nm library."""
    folder = shared / "pdk/sky130A/libs.ref/sky130_fd_sc_hd"
    return [folder / "techlef/sky130_fd_sc_hd__nom.tlef", folder / "lef/sky130_fd_sc_hd.lef"]


@pytest.fixture(scope="session")
def sky130(sky130_lefs: list[Path]) -> Lef:
    """Return the open 130 nm library as its vendor wrote it."""
    return load_lefs(sky130_lefs)


@pytest.fixture(scope="session")
def openroad(shared: Path) -> Path:
    """Return the folder of what a real OpenROAD wrote."""
    return shared / "openroad"


@pytest.fixture(scope="session")
def seg_chip(openroad: Path, sky130: Lef) -> Layout:
    """Return the layout of 110 cells with flip-flops and a clock tree."""
    return load_def(openroad / "seg_chip/seg_chip.def", sky130)


@pytest.fixture(scope="session")
def tiny_core(openroad: Path, sky130: Lef) -> Layout:
    """Return the layout of four cells."""
    return load_def(openroad / "tiny_core/tiny_core.def", sky130)


@pytest.fixture(scope="session")
def klayout() -> tuple[str, ...]:
    """Return the words that start KLayout."""
    try:
        return find_klayout()
    except ProgramMissing as missing:
        skip_or_fail("klayout", missing.message)
        raise


@pytest.fixture(scope="session")
def streed() -> Path:
    """Return the solver of optimal trees."""
    try:
        return find_streed()
    except ProgramMissing as missing:
        skip_or_fail("streed", missing.message)
        raise


@pytest.fixture(scope="session")
def icarus() -> Path:
    """Return Icarus Verilog's compiler."""
    found = shutil.which("iverilog")
    if found is None:
        skip_or_fail("iverilog", "Icarus Verilog is not installed")
    return Path(found or "")


@pytest.fixture(scope="session")
def c_compiler() -> Path:
    """Return a C compiler."""
    found = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if found is None:
        skip_or_fail("cc", "no C compiler is installed")
    return Path(found or "")


@pytest.fixture(scope="session")
def avr(c_compiler: Path) -> Path:
    """Return the compiler for 8-bit AVR; simavr and its library are here too."""
    found = shutil.which("avr-gcc")
    if found is None or shutil.which("simavr") is None or not Path("/usr/include/simavr/sim_avr.h").is_file():
        skip_or_fail("avr", "gcc-avr, avr-libc, simavr and libsimavr-dev are not installed")
    return Path(found or "")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the browser that shows pages without a screen."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        skip_or_fail("chromium", "Chromium is not installed")
    return Path(found or "")


@pytest.fixture(scope="session")
def tclsh() -> Path:
    """Return Tcl's own shell."""
    found = shutil.which("tclsh")
    if found is None:
        skip_or_fail("tclsh", "Tcl is not installed")
    return Path(found or "")


@pytest.fixture(scope="session", autouse=True)
def short_searches() -> Iterator[None]:
    """Let searches take a moment."""
    from tests.shorter import shorten

    with pytest.MonkeyPatch.context() as patch:
        shorten(patch)
        yield


@pytest.fixture(scope="session")
def road_options() -> SynthesisOptions:
    """Return the options of `walked_road`."""
    return SynthesisOptions(
        libraries=("sky130_fd_sc_hd",),
        training={"layers": (6,), "epochs": 8, "bits_per_feature": 4},
        most_nand2=24.0,
        timeout_s=60,
    )


@pytest.fixture(scope="session")
def walked_road(
    road_options: SynthesisOptions, short_searches: None, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Synthesis, Path]:
    """Return what a short road through the flowers led to, and the folder of its workspace, to be copied."""
    from tinydwn.synthesis import synthesize
    from tinydwn.synthesis.workspace import Workspace

    folder = tmp_path_factory.mktemp("walked") / "work"
    return synthesize("iris", road_options, workspace=Workspace(folder)), folder


@pytest.fixture(scope="session")
def exact_bundle() -> Bundle:
    """Return the bundle of a small network on iris with its function kept."""
    from tests import bundles  # here, as most tests need nothing of the whole road

    return bundles.exact()


@pytest.fixture(scope="session")
def searched_bundle(short_searches: None) -> Bundle:
    """Return the bundle of a short search on iris."""
    from tests import bundles

    return bundles.searched()
