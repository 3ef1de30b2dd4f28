"""Names that no feature has taken."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def indexed_names(prefix: str, count: int, taken: Collection[str]) -> tuple[str, ...]:
    """Return `prefix[0]`, `prefix[1]`, ...; `prefix_`, `prefix__`, ... where one of these is taken.

    >>> indexed_names("class", 2, {"class[1]"})
    ('class_[0]', 'class_[1]')
    """
    while True:
        names = tuple(f"{prefix}[{k}]" for k in range(count))
        if not any(name in taken for name in names):
            return names
        prefix += "_"


def distinct_from(names: Sequence[str], taken: Collection[str]) -> tuple[str, ...]:
    """Return the names, with as many `_` after each as keeps it apart from `taken` and from the others.

    >>> distinct_from(["flag", "x > 1"], {"flag"})
    ('flag_', 'x > 1')
    """
    used = {*taken, *(name for name in names if name not in taken)}
    result: list[str] = []
    for name in names:
        free = name
        while name in taken and free in used:
            free += "_"
        used.add(free)
        result.append(free)
    return tuple(result)
