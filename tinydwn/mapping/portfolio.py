"""Mapping scripts for ABC. None wins on every library and circuit, so several run and the smallest result counts.

A script prepares an AIG once and covers it with cells in one or more ways. What was measured: `amap` is the only
cover whose time stays near linear on tens of thousands of nodes; `map -a` is strongest where cells are few and
unequal (printed libraries), `nf` where complex cells abound; the prepared AIG matters more than the cover, and
`&deepsyn` gives the best ones, at a cost that only small circuits bear. An AIG of cones with the fewest two-input gates
has more ANDs, and often less area where XORs are cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tinydwn.errors import ConfigError
from tinydwn.mapping.objective import Objective


@dataclass(frozen=True, slots=True)
class Cover:
    """Commands that turn an AIG into cells; `{limit}` stands for the most delay, in units of the genlib."""

    name: str
    commands: str


@dataclass(frozen=True, slots=True)
class MappingScript:
    """Commands that prepare an AIG, and covers that are each tried on it.

    `largest` is the most gates (see `minimize.size`) a netlist may have for the script to run, `smallest` one less than
    the fewest. With `exact_cones` it
    begins from the netlist whose small cones have the fewest two-input gates, XORs among them.
    """

    name: str
    commands: str
    covers: tuple[Cover, ...]
    largest: int
    exact_cones: bool = False
    smallest: int = -1


@dataclass(frozen=True, slots=True)
class Stage:
    """Scripts, then rounds of polish on the best cells of this stage, until one gains nothing.

    Polish is left out where the best result has more than `most_cells` cells.
    """

    scripts: tuple[MappingScript, ...]
    polish: tuple[Cover, ...]
    rounds: int
    most_cells: int


_NO_LIMIT = 1 << 62
_AMAP = Cover("amap", "amap -m")
_DCH_AMAP = Cover("dch+amap", "dch; amap -m")
_DCH_MAP = Cover("dch+map", "dch; map -a")
_NF = Cover("dch+nf", "&get -n; &dch -f; &nf -p -R 1000 -F 20 -A 8 -C 32; &put")
_COVERS = (_NF, _DCH_MAP, _DCH_AMAP)
_FINISHED = tuple(Cover(f"{cover.name}+mfs3", f"{cover.commands}; mfs3 -a") for cover in _COVERS)
_COMPRESS = (
    "balance -l; resub -K 6 -l; rewrite -l; resub -K 6 -N 2 -l; refactor -l; resub -K 8 -l; balance -l; "
    "resub -K 8 -N 2 -l; rewrite -l; resub -K 10 -l; rewrite -z -l; resub -K 10 -N 2 -l; balance -l; "
    "resub -K 12 -l; refactor -z -l; resub -K 12 -N 2 -l; rewrite -z -l; balance -l"
)


def _deep(steps: int, seed: int, flags: str = "") -> str:
    """Return a random search for a small AIG that stops after `steps` steps without gain, the same each time."""
    return f"&get -n; &deepsyn {flags} -I 1 -J {steps} -S {seed}; &put"


_DC2_AMAP = Cover("dc2+amap", "dc2; amap -m")
# Small circuits take longer to start ABC than to map: one run does it all.
_FAST = (
    MappingScript("as-is", "", (_DC2_AMAP, _DCH_AMAP, _NF, _DCH_MAP), 5_000),
    MappingScript("dc2", "dc2", (_AMAP,), _NO_LIMIT, smallest=5_000),
    MappingScript("as-is", "", (_DCH_AMAP,), 20_000, smallest=5_000),
)
_NORMAL = (
    MappingScript("dc2", "dc2", (_AMAP,), _NO_LIMIT),
    MappingScript("as-is", "", (_DCH_AMAP,), 100_000),
    MappingScript("as-is", "", (_NF, _DCH_MAP), 20_000),
    MappingScript("compress", _COMPRESS, (_NF, _DCH_MAP), 5_000),
    MappingScript("deep", _deep(5, 0), _FINISHED, 1_000),
)
_EXACT = (
    MappingScript("exact", "", _COVERS, 5_000, exact_cones=True),
    MappingScript("exact-deep", _deep(5, 0), _FINISHED, 1_000, exact_cones=True),
)
_MORE = (
    MappingScript("deep-xor", _deep(10, 0, "-t"), _FINISHED, 2_000),
    *(MappingScript(f"deep-{seed}", _deep(20, seed), _FINISHED, 2_000) for seed in (1, 2, 3)),
)
_MORE_EXACT = (MappingScript("exact-deep-xor", _deep(10, 0, "-t"), _FINISHED, 2_000, exact_cones=True),)
# Resubstitution of cells as they are, or from cells back to an AIG and to cells again.
_POLISH = (
    Cover("mfs3", "mfs3 -a -e"),
    *(Cover(f"re-{cover.name}", f"unmap; strash; {cover.commands}; mfs3 -a") for cover in _COVERS),
)
# What begins from exact cones is polished by itself: the best circuit before polish need not be the best one after it.
_BOTH = (Stage(_NORMAL, _POLISH, 2, 200), Stage(_EXACT, _POLISH, 2, 200))
_STAGES = {
    "fast": (Stage(_FAST, (), 0, 0),),
    "normal": _BOTH,
    "high": (*_BOTH, Stage(_MORE, _POLISH, 10, 1_000), Stage(_MORE_EXACT, _POLISH, 10, 1_000)),
}
EFFORTS = tuple(_STAGES)


_MAP = Cover("dch+map-quick", "dch; map")
_RELAXED = Cover("dch+map-relaxed", "dch; map -B 0.9")
_NF_QUICK = Cover("dch+nf-quick", "&get -n; &dch -f; &nf; &put")
_RECOVERED = Cover("dch+map-within", "dch; map -D {limit}; map -D {limit}")
_BALANCED = "if -g -K 6 -C 8; strash; dch; if -g -K 6; strash"
_QUICK_POLISH = (
    Cover("re-map-quick", "unmap; strash; dch; map"),
    Cover("re-nf-quick", f"unmap; strash; {_NF_QUICK.commands}"),
)


def _quick_stage(within: bool) -> Stage:
    """Return covers for delay; with a limit, those that win area back while it holds, too."""
    more = (_RECOVERED,) if within else ()
    scripts = (
        MappingScript("as-is", "", (_MAP, _RELAXED, _NF_QUICK, *more), 100_000),
        MappingScript("compress", _COMPRESS, (_MAP, *more), 20_000),
        MappingScript("speedup", "dch; if -K 6; speedup; if -K 6; strash", (_MAP, *more), 20_000),
        MappingScript("balanced", _BALANCED, (_MAP, _NF_QUICK, *more), 20_000),
        MappingScript("syn4-balanced", f"&get -n; &syn4; &put; {_BALANCED}", (_MAP, *more), 20_000),
    )
    polish = (*_QUICK_POLISH, *(Cover("re-map-within", f"unmap; strash; {one.commands}; mfs3 -a") for one in more))
    return Stage(scripts, polish, 4, 5_000)


def stages_for(effort: str, *, gates: int, objective: Objective | None = None) -> tuple[Stage, ...]:
    """Return what is tried at effort `"fast"`, `"normal"` or `"high"` on a circuit of so many gates.

    More effort tries all that less effort tries; where delay matters, more covers are tried. Raises `ConfigError` for
    another word.

    >>> [script.name for stage in stages_for("high", gates=50_000) for script in stage.scripts]
    ['dc2', 'as-is']
    """
    if effort not in _STAGES:
        raise ConfigError(f"no effort '{effort}'", hint=f"choose one of: {', '.join(EFFORTS)}")
    wanted = objective or Objective()
    stages = []
    quick = () if wanted.is_area else (_quick_stage(wanted.limit_ps is not None),)
    for stage in (*quick, *_STAGES[effort]):
        fitting = tuple(script for script in stage.scripts if script.smallest < gates <= script.largest)
        if fitting:
            stages.append(replace(stage, scripts=fitting))
    return tuple(stages)
