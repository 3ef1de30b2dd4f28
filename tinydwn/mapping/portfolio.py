"""Mapping scripts for ABC. None wins on every library and circuit, so several run and the smallest result counts."""

from __future__ import annotations

from dataclasses import dataclass

from tinydwn.errors import ConfigError


@dataclass(frozen=True, slots=True)
class MappingScript:
    """Commands that turn ABC's current AIG into a mapped circuit, with a name for the report."""

    name: str
    commands: str


# Structural choices (dch) cost more than linear time, so the fast script goes without.
_SCRIPTS = (
    MappingScript("amap_direct", "amap -m"),
    MappingScript("nf", "&get -n; &dch -f; &nf -a 10; &put"),
    MappingScript("map", "dch; map -a"),
    MappingScript("amap", "dch; amap -m"),
    MappingScript("syn4_nf", "&get -n; &syn4; &dch -f; &nf -a 10; &put"),
)
EFFORTS = {
    "fast": ("amap_direct",),
    "normal": ("nf", "map", "amap", "syn4_nf"),
    "high": ("nf", "map", "amap", "syn4_nf"),
}


def scripts_for(effort: str) -> tuple[MappingScript, ...]:
    """Return the scripts of an effort: `"fast"`, `"normal"` or `"high"`; `ConfigError` for another word.

    >>> [script.name for script in scripts_for("fast")]
    ['amap_direct']
    """
    if effort not in EFFORTS:
        raise ConfigError(f"no effort '{effort}'", hint=f"choose one of: {', '.join(EFFORTS)}")
    return tuple(script for script in _SCRIPTS if script.name in EFFORTS[effort])
