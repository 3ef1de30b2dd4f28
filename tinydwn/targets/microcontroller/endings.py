"""How the last layer's bits, or its votes, become a class, in C; and how words are put into a text of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tinydwn.model.classifier import Classifier, Reduction


def count_type(most: int) -> str:
    """Return the type that counts so far.

    >>> count_type(255), count_type(256)
    ('uint8_t', 'uint16_t')
    """
    return "uint8_t" if most < 1 << 8 else "uint16_t"


def filled(text: str, words: Mapping[str, str]) -> str:
    """Return a text with each `@WORD@` replaced, whatever stands in what replaces it.

    >>> filled("@CODE@ @NAME@_of(@CODE@ x);", {"CODE": "uint8_t", "NAME": "barCODE"})
    'uint8_t barCODE_of(uint8_t x);'
    """
    return re.sub(r"@([A-Z_]+)@", lambda found: words[found[1]], text)


def ending(classifier: Classifier, bits: str, *, code: str) -> list[str]:
    """Return the statements that end in the class; `votes` are counted, or `bits` names the array of bits."""
    classes = classifier.classes
    counter = count_type(classes)
    if classifier.reduction is Reduction.POPCOUNT:
        return [
            f"  {code} best = 0;",
            f"  for ({counter} k = 1; k < {classes}; k++)",
            "    if (votes[k] > votes[best])",
            f"      best = ({code})k;",
            "  return best;",
        ]
    count = classifier.layers[-1].nodes
    if classifier.reduction is Reduction.CODED:
        return [
            f"  {code} found = 0;",
            f"  for (uint8_t k = {count}; k-- > 0;)",
            f"    found = ({code})(({code})(found << 1) | {bits}[k]);",
            f"  return found < {classes} ? found : ({code})(found - {1 << (count - 1)});"
            if classes < 1 << count
            else "  return found;",
        ]
    if classes == 2:
        return [f"  return {bits}[0];"]
    return [
        f"  for ({counter} k = 0; k < {classes}; k++)",
        f"    if ({bits}[k])",
        f"      return ({code})k;",
        "  return 0;",
    ]
