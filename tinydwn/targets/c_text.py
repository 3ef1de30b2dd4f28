"""A netlist as a file of C99: 64 samples to a word, as many words at a time as the processor takes."""

from __future__ import annotations

from collections.abc import Mapping

from tinydwn.netlist.graph import Netlist
from tinydwn.targets.c_functions import c_functions
from tinydwn.targets.c_names import quoted, require_identifier
from tinydwn.targets.steps import steps_of

_MOST_TILES, _CACHED_BYTES, _WIDEST_BYTES = 8, 1 << 20, 64
HEAD = """\
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* As many words at a time as the processor takes; with ONE_WORD defined, or another compiler, one, in plain C99. */
#if defined(__GNUC__) && !defined(ONE_WORD)
#  if defined(__AVX512F__)
#    define LANES 8
#  elif defined(__AVX2__)
#    define LANES 4
#  else
#    define LANES 2
#  endif
typedef uint64_t lanes __attribute__((vector_size(8 * LANES)));
#else
#  define LANES 1
typedef uint64_t lanes;
#endif
/* high where select holds, else low */
#define CHOICE(select, low, high) (((select) & (high)) | (~(select) & (low)))
#define SMALLER(a, b) ((a) < (b) ? (a) : (b))

/* Memory for some words, where vectors may stand, from a block that is to be freed; NULL where there is none. */
static lanes *scratch(size_t count, void **block) {
  *block = malloc((count + 1) * sizeof(lanes));
  return *block ? (lanes *)(((uintptr_t)*block + sizeof(lanes) - 1) / sizeof(lanes) * sizeof(lanes)) : NULL;
}
"""
_ON_WORDS = """\
/* Some of the words of one vector; a copy of fixed size, the usual one, is a single instruction. */
static void copy(void *to, const void *from, size_t words) {
  if (words >= LANES)
    memcpy(to, from, sizeof(lanes));
  else
    memcpy(to, from, 8 * words);
}

int NAME(const uint64_t *in, uint64_t *out, size_t words) {
  void *block;
  lanes *const at = scratch(TILE * (INPUTS + KEPT + OUTPUTS), &block);
  if (!at)
    return 1;
  lanes *const read = at + TILE * KEPT, *const written = read + TILE * INPUTS;
  memset(read, 0, TILE * INPUTS * sizeof(lanes));
  for (size_t start = 0; start < words; start += TILE * LANES) {
    const size_t left = words - start, here = SMALLER(left, TILE * LANES);
    const size_t tiles = (here + LANES - 1) / LANES;
    for (size_t k = 0; k != INPUTS; k++)
      for (size_t tile = 0, first = 0; tile < tiles; tile++, first += LANES)
        copy(read + tile * INPUTS + k, in + k * words + start + first, here - first);
    circuit(read, at, written, tiles);
    for (size_t k = 0; k != OUTPUTS; k++)
      for (size_t tile = 0, first = 0; tile < tiles; tile++, first += LANES)
        copy(out + k * words + start + first, written + tile * OUTPUTS + k, here - first);
  }
  free(block);
  return 0;
}
"""


def to_c(netlist: Netlist, *, name: str = "evaluate") -> str:
    """Return a netlist as a C99 file with one function, `name`; equal netlists give equal text.

    `int name(const uint64_t *in, uint64_t *out, size_t words)` reads packed samples, (inputs, words) in C order, and
    writes (outputs, words): sample `s` is bit `s % 64` of word `s // 64`, as `netlist.simulate.pack` has it. It
    returns 0, or 1 where there is no memory. It keeps nothing between calls, so that threads may call it at once.
    `ConfigError` for a name that is no identifier of C.

    >>> from tinydwn.netlist import Node
    >>> text = to_c(Netlist("either", ("a", "b"), (Node(0b1110, (2, 3)),), (("int", 4),)), name="either")
    >>> print(text[text.index("static void part_0"):text.index("static void circuit")], end="")
    static void part_0(const lanes *restrict in, lanes *restrict at, lanes *restrict out) {
      (void)at;
      out[0] = in[0] | in[1];
    }
    <BLANKLINE>
    """
    require_identifier(name)
    steps = steps_of(netlist)
    ports = [f"in[{k}]  {quoted(port)}" for k, port in enumerate(netlist.inputs)]
    ports += [f"out[{k}]  {quoted(port)}" for k, port in enumerate(netlist.output_names)]
    lines = [f"/* Circuit {quoted(netlist.name)}: bit-parallel, 64 samples in a word."]
    lines += [f"   {port}" for port in ports]
    circuit = c_functions(steps)
    tile = tile_of(steps.inputs + circuit.kept + len(steps.outputs))
    counts = {"INPUTS": steps.inputs, "OUTPUTS": len(steps.outputs), "KEPT": circuit.kept, "TILE": tile}
    return "\n".join([*lines, "*/", HEAD, *defines(counts), "", circuit.text, _ON_WORDS.replace("NAME", name)])


def tile_of(values: int) -> int:
    """Return how often each function runs before the next, while so many words of each run stay in the cache."""
    return max(1, min(_MOST_TILES, _CACHED_BYTES // (_WIDEST_BYTES * max(values, 1))))


def defines(counts: Mapping[str, int]) -> list[str]:
    """Return definitions of whole numbers as sizes."""
    return [f"#define {name} ((size_t){count})" for name, count in counts.items()]
