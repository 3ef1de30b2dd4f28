"""Any name as a legal, readable Verilog identifier; no escaped identifiers."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

MAX_LENGTH = 60
_QUOTED = 80

# Two-character signs stand before their first characters. A minus before a digit is a sign, else a separator.
_SIGNS = (
    (">=", " ge "),
    ("<=", " le "),
    ("!=", " ne "),
    ("==", " eq "),
    (">", " gt "),
    ("<", " lt "),
    ("=", " eq "),
    ("\N{GREATER-THAN OR EQUAL TO}", " ge "),
    ("\N{LESS-THAN OR EQUAL TO}", " le "),
    ("&", " and "),
    ("|", " or "),
    ("~", " not "),
    ("!", " not "),
    ("%", " percent "),
    ("+", " plus "),
    ("*", " times "),
    ("#", " number "),
    ("$", " dollar "),
    ("@", " at "),
    ("\N{DEGREE SIGN}", " deg "),
    ("\N{EURO SIGN}", " euro "),
)
_NEGATIVE = re.compile(r"(?<![\w)\]])-(?=\.?\d)")
_OTHER = re.compile(r"[^0-9A-Za-z]+")

# IEEE 1364-2001, then the words that IEEE 1800-2017 adds.
_KEYWORDS = """
always and assign automatic begin buf bufif0 bufif1 case casex casez cell cmos config deassign default defparam
design disable edge else end endcase endconfig endfunction endgenerate endmodule endprimitive endspecify endtable
endtask event for force forever fork function generate genvar highz0 highz1 if ifnone incdir include initial inout
input instance integer join large liblist library localparam macromodule medium module nand negedge nmos nor
noshowcancelled not notif0 notif1 or output parameter pmos posedge primitive pull0 pull1 pulldown pullup
pulsestyle_ondetect pulsestyle_onevent rcmos real realtime reg release repeat rnmos rpmos rtran rtranif0 rtranif1
scalared showcancelled signed small specify specparam strong0 strong1 supply0 supply1 table task time tran tranif0
tranif1 tri tri0 tri1 triand trior trireg unsigned use uwire vectored wait wand weak0 weak1 while wire wor xnor xor

accept_on alias always_comb always_ff always_latch assert assume before bind bins binsof bit break byte chandle
checker class clocking const constraint context continue cover covergroup coverpoint cross dist do endchecker
endclass endclocking endgroup endinterface endpackage endprogram endproperty endsequence enum eventually expect
export extends extern final first_match foreach forkjoin global iff ignore_bins illegal_bins implements implies
import inside int interconnect interface intersect join_any join_none let local logic longint matches modport
nettype new nexttime null package packed priority program property protected pure rand randc randcase randsequence
ref reject_on restrict return s_always s_eventually s_nexttime s_until s_until_with sequence shortint shortreal
soft solve static string strong struct super sync_accept_on sync_reject_on tagged this throughout timeprecision
timeunit type typedef union unique unique0 until until_with untyped var virtual void wait_order weak wildcard with
within
"""
KEYWORDS = frozenset(_KEYWORDS.split())


def identifier(name: str) -> str:
    """Return a plain Verilog identifier for any text; different texts may give the same one.

    Signs become words, accents fall, letters of other scripts become their Unicode names where these are one
    word and their numbers elsewhere. What is longer than `MAX_LENGTH` is cut and ends in a digest of the text.

    >>> identifier("petal width > 0.8"), identifier("x > -1.5"), identifier("wire"), identifier("2nd größe")
    ('petal_width_gt_0_8', 'x_gt_m1_5', 'wire_', 'x_2nd_grosse')
    """
    text = _NEGATIVE.sub(" m", unicodedata.normalize("NFKC", name))
    for sign, word in _SIGNS:
        text = text.replace(sign, word)
    text = _OTHER.sub("_", "".join(map(_in_ascii, text))).strip("_") or "signal"
    if text[0].isdigit():
        text = f"x_{text}"
    if len(text) > MAX_LENGTH:
        digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:8]
        text = f"{text[: MAX_LENGTH - 9].rstrip('_')}_{digest}"
    return f"{text}_" if text in KEYWORDS else text


def quoted(text: str) -> str:
    """Return text that is safe in a comment: one line of ASCII in quotes, so that no tool takes it for a directive.

    Long text is cut, with `...` behind the quotes.

    >>> quoted("petal width"), quoted("w" * 300) == repr("w" * 78) + "..."
    ("'petal width'", True)
    """
    kept = text[:_QUOTED]
    while len(ascii(kept)) > _QUOTED:
        kept = kept[:-1]
    return ascii(kept) if kept == text else f"{kept!a}..."


def _in_ascii(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter == "\N{LATIN SMALL LETTER SHARP S}":
        return "ss"
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if part.isascii())
    if plain or not letter.isalnum():
        return plain or " "
    name = unicodedata.name(letter, "")
    _, found, last = name.partition(" LETTER ")
    if found and last.isalpha():
        return f" {last.lower()} " if unicodedata.category(letter) != "Lu" else f" {last.capitalize()} "
    return f" u{ord(letter):x} "


class Namespace:
    """Gives every name an identifier that nothing else in one scope has.

    A second claim that comes to the same identifier gets a number behind it. The same claims in the same
    order always get the same identifiers.

    >>> scope = Namespace(reserved=["clk"])
    >>> scope.claim("a b"), scope.claim("a-b"), scope.claim("clk")
    ('a_b', 'a_b_2', 'clk_2')
    """

    def __init__(self, *, reserved: Iterable[str] = ()) -> None:
        self._taken = set(reserved) | KEYWORDS
        self._next: dict[str, int] = {}

    def claim(self, name: str) -> str:
        """Return an identifier for `name` that was not given away before."""
        base = identifier(name)
        free, number = base, self._next.get(base, 2)
        while free in self._taken:
            free, number = f"{base.rstrip('_')}_{number}", number + 1
        self._next[base] = number
        self._taken.add(free)
        return free

    def indexed(self, prefix: str, numbers: Iterable[int]) -> dict[int, str]:
        """Return `prefix` and the number for each number, or with another prefix where one of these is taken."""
        wanted = list(numbers)
        while any(f"{prefix}{number}" in self._taken for number in wanted):
            prefix += "_"
        names = {number: f"{prefix}{number}" for number in wanted}
        self._taken.update(names.values())
        return names
