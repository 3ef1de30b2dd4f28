"""A whole run on samples of a random classifier: its folder proven from its files, and forged ones found."""

from __future__ import annotations

import re

import numpy as np
from numpy.random import Generator

from tinydwn.bench.compared import Case, Cut
from tinydwn.bench.read_again import edge_values
from tinydwn.data import Dataset
from tinydwn.errors import BundleError, ConfigError, ModelError, NetlistError, TinydwnError
from tinydwn.export.bundle import Bundle
from tinydwn.export.bundle_files import FRONT_FOLDER, SAMPLES_FILE
from tinydwn.synthesis import SynthesisOptions, synthesize
from tinydwn.synthesis.rewriting import rewrite
from tinydwn.verify.belonging import check_files
from tinydwn.verify.delivered import prove_files
from tinydwn.verify.verdict import Outcome, Verdict

FORGERIES = 6
_EPOCHS, _BITS = 4, 3
_TRUSTED = (SAMPLES_FILE, f"{FRONT_FOLDER}/")
"""Files that nothing in a folder can be compared with."""


def travel_bundle(cut: Cut) -> None:
    """Run all of `synthesize` on a case, prove its folder from the files, then change files one by one.

    A changed folder gets the manifest of its files, as a forger would write it. Each has to be refused by
    `BundleError`, `ModelError` or `NetlistError`, be proven DIFFERENT or answer a vector otherwise: any other error,
    and a proof that stays undecided, have not found the change. Even seeds search a front, odd ones keep the network's
    function.
    """
    try:
        dataset = _dataset(cut.case)
    except TinydwnError:
        return  # too few samples of a class
    options = SynthesisOptions(
        training={"layers": (2 * len(dataset.class_names),), "epochs": _EPOCHS, "bits_per_feature": _BITS},
        exact=cut.case.seed % 2 == 1,
        most_nand2=12.0,
        circuits=2000,
        points=4,
        seed=cut.case.seed,
        output_form=cut.case.form,
        timeout_s=cut.timeout_s,
    )
    found = cut.attempt("bundle", lambda: synthesize(dataset, options))
    if found is None:
        return
    bundle = Bundle(found.files)
    reason = _found_wrong(bundle, cut)
    cut.simulated["bundle"] += 1
    if reason:
        cut.report("bundle", reason)
        return
    rng = np.random.default_rng([cut.case.seed, 3])
    names = [name for name in bundle.files if not name.startswith(_TRUSTED)]
    for name in rng.permutation(names)[:FORGERIES].tolist():
        cut.simulated["forged"] += 1
        forged = Bundle({**bundle.files, name: _changed(bundle.files[name], rng)})
        missed = _missed(forged, cut)
        if missed:
            cut.report("forged", f"a change of '{name}' was not found{missed}")


def _dataset(case: Case) -> Dataset:
    """Return a case's samples as a data set: classes that have no five samples are left out."""
    often = [k for k in range(case.classifier.classes) if np.count_nonzero(case.naive == k) >= 5]
    if len(often) < 2:
        raise ConfigError("fewer than two classes have samples")
    kept = np.isin(case.naive, often)
    labels = np.searchsorted(often, case.naive[kept])
    names = tuple(case.classifier.class_names[k] for k in often)
    return Dataset("random", edge_values(case)[kept], labels, case.classifier.encoder.feature_names, names)


def _looked_at(bundle: Bundle, cut: Cut) -> tuple[tuple[Verdict, ...], list[str]]:
    """Return all verdicts on a folder by its files alone, and the vectors that are answered otherwise."""
    agreements = check_files(bundle).agreements
    rewrite(bundle)
    verdicts = prove_files(bundle, timeout_s=cut.timeout_s)
    return verdicts, [str(agreement) for agreement in agreements if agreement.mismatches]


def _found_wrong(bundle: Bundle, cut: Cut) -> str:
    """Return what is wrong with a folder, empty for nothing: all has to be proven."""
    try:
        verdicts, wrong = _looked_at(bundle, cut)
    except TinydwnError as error:
        return error.message
    cut.proven["bundle"] += sum(verdict.outcome is Outcome.EQUIVALENT for verdict in verdicts)
    odd = [str(verdict) for verdict in verdicts if verdict.outcome is not Outcome.EQUIVALENT]
    return next(iter([*odd, *wrong]), "")


def _missed(bundle: Bundle, cut: Cut) -> str:
    """Return how a forged folder got away, empty where it did not: it was refused, or shown to be another."""
    try:
        verdicts, wrong = _looked_at(bundle, cut)
    except (BundleError, ModelError, NetlistError):
        return ""
    except TinydwnError as error:
        return f", and ended in {type(error).__name__}: {error.message}"
    if wrong or any(verdict.outcome is Outcome.DIFFERENT for verdict in verdicts):
        return ""
    undecided = [str(verdict) for verdict in verdicts if verdict.outcome is not Outcome.EQUIVALENT]
    return f": {undecided[0]}" if undecided else " by any proof"


def _changed(content: bytes, rng: Generator) -> bytes:
    """Return a file with one of its letters or digits, or a byte, another than it was."""
    places = [match.start() for match in re.finditer(rb"[0-9A-Za-z&|~^]", content)] or list(range(len(content)))
    place = int(rng.choice(places))
    old = content[place : place + 1]
    new = {b"&": b"|", b"|": b"&", b"0": b"1", b"1": b"0"}.get(old, bytes([old[0] ^ 1]))
    return content[:place] + new + content[place + 1 :]
