"""How numbers and names are written, wherever they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from tinydwn.metrics import Metric

OUTCOME_SIGNS = {"EQUIVALENT": "✓", "DIFFERENT": "✗", "UNDECIDED": "?"}
CUT_RULE = (
    "Core and chip are two cuts through the same classifier: the core begins at the thermometer bits, "
    "the chip at the feature words, encoder included. They are never added, nor compared with one another."
)


def count_text(count: int) -> str:
    """Return a whole number with separators.

    >>> count_text(12345)
    '12,345'
    """
    return f"{count:,}"


def percent_text(share: float | None) -> str:
    """Return a share in percent, with one digit, or what stands for its absence.

    >>> percent_text(0.95614), percent_text(None)
    ('95.6 %', 'not measured')
    """
    return "not measured" if share is None else f"{100 * share:.1f} %"


def expected_text(share: float | None, error: float | None) -> str:
    """Return an estimated share in percent with its standard error, or what stands for its absence.

    >>> expected_text(0.971, 0.009), expected_text(0.971, None), expected_text(None, None)
    ('97.1 ± 0.9 %', '97.1 %', 'not estimated')
    """
    if share is None:
        return "not estimated"
    return percent_text(share) if error is None else f"{100 * share:.1f} ± {100 * error:.1f} %"


def area_text(area_um2: float, *, beside_um2: float = 0.0) -> str:
    """Return an area in the unit that suits its size, or that of the larger one it stands beside.

    >>> area_text(171.4144), area_text(1621.56), area_text(1.79e9), area_text(55_052.8, beside_um2=171_414.4)
    ('171.4 µm²', '1,622 µm²', '17.90 cm²', '0.055 mm²')
    """
    largest = max(area_um2, beside_um2)
    if largest < 1e5:
        return f"{area_um2:,.{0 if largest >= 1e3 else 1}f} µm²"
    if largest < 1e8:
        return f"{area_um2 / 1e6:.{3 if largest < 1e7 else 2}f} mm²"
    return f"{area_um2 / 1e8:,.2f} cm²"


def power_text(power_uw: float | None) -> str:
    """Return a power in the unit that suits its size, or what stands for its absence.

    >>> power_text(4e-4), power_text(0.0123), power_text(1234.5), power_text(2.5e6), power_text(None)
    ('400.0 pW', '12.3 nW', '1.23 mW', '2.50 W', 'not given')
    """
    if power_uw is None:
        return "not given"
    if not power_uw:
        return "0 W"
    for factor, digits, unit in ((1e6, 1, "pW"), (1e3, 1, "nW"), (1.0, 1, "µW"), (1e-3, 2, "mW")):
        if abs(power_uw) * factor < 1e3:
            return f"{power_uw * factor:.{digits}f} {unit}"
    return f"{power_uw * 1e-6:,.2f} W"


def metric_row(metric: Metric) -> tuple[str, str, str, str]:
    """Return a figure as a line of a table: its name without its unit, its value, how it was come by, and of what.

    >>> from tinydwn.metrics import Provenance
    >>> metric_row(Metric("delay_ps", 2883.4, "ps", Provenance.MEASURED, "slowest path"))
    ('delay', '2,883 ps', 'measured', 'slowest path')
    >>> metric_row(Metric("energy_pj", 0.00469, "pJ", Provenance.MEASURED, "two cells"))[:2]
    ('energy', '4.69 fJ')
    """
    name = metric.name.removesuffix(f"_{metric.unit.lower()}").replace("_", " ")
    return name, _value_text(metric), metric.provenance.value, metric.source


def _value_text(metric: Metric) -> str:
    value = metric.value
    match metric.unit:
        case "um2":
            return area_text(value)
        case "uW":
            return power_text(value)
        case "pJ" if 0 < value < 0.1:
            return f"{value * 1e3:.4g} fJ"
        case "W":
            return power_text(value * 1e6)
        case _:
            number = f"{value:.4g}" if abs(value) < 1000 and value != int(value) else f"{value:,.0f}"
            return f"{number} {metric.unit.replace('um', 'µm')}".rstrip()


def equivalents_text(equivalents: float) -> str:
    """Return a number of NAND2 equivalents, with one digit.

    >>> equivalents_text(45.6667)
    '45.7'
    """
    return f"{equivalents:,.1f}"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Return a count with its noun.

    >>> plural(1, "class", "classes"), plural(3, "gate")
    ('1 class', '3 gates')
    """
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def listed(words: Sequence[str]) -> str:
    """Return words as an English list.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + f" and {words[-1]}"
