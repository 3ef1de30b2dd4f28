"""A classifier as a file of C99: rows of numbers in, codes of classes out."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from tinydwn.netlist import Netlist
from tinydwn.targets.c_functions import c_functions
from tinydwn.targets.c_names import quoted, require_identifier
from tinydwn.targets.c_text import HEAD, defines, tile_of
from tinydwn.targets.comparisons import Comparisons
from tinydwn.targets.steps import steps_of

NOT_FINITE = 2
"""What the function returns where a value is no finite number."""
_LINE = 110
# Sample `j * LANES + lane` of a block is bit `j` of that lane, so that neighbors are compared at once.
_ON_FEATURES = """\
#if defined(__GNUC__) && !defined(ONE_WORD)
typedef double reals __attribute__((vector_size(8 * LANES), may_alias));
#  define ABOVE(value, threshold) ((lanes)((value) > (threshold)))
#else
typedef double reals;
#  define ABOVE(value, threshold) (0 - (uint64_t)((value) > (threshold)))
#endif
#define BLOCK (64 * LANES)
/* Samples of a feature, and one vector more, so that features do not meet in the same lines of a cache. */
#define COLUMN (BLOCK + LANES)

static int all_finite(const double *values, size_t count) {
  lanes bad = (lanes){0};
  size_t k = 0;
  for (; k + LANES <= count; k += LANES) {
    reals these;
    memcpy(&these, values + k, sizeof these);
    bad |= ~ABOVE(these - these + 1, (reals){0});
  }
  uint64_t any[LANES];
  memcpy(any, &bad, sizeof bad);
  for (size_t lane = 0; lane < LANES; lane++)
    if (any[lane])
      return 0;
  for (; k < count; k++)
    if (!(values[k] - values[k] == 0.0))
      return 0;
  return 1;
}

/* Bits of the features read[from], ..., read[to - 1] of a block of samples, at most 8 features at a time. */
static void encode(const double *rows, size_t samples, size_t from, size_t to, double *restrict columns, lanes *in) {
  for (size_t sample = 0; sample < samples; sample++)
    for (size_t k = from; k < to; k++)
      columns[(k - from) * COLUMN + sample] = rows[sample * FEATURES + read[k]];
  for (size_t k = from; k < to; k++) {
    const reals *const column = (const reals *)(columns + (k - from) * COLUMN);
    size_t c = first[k];
    /* Four comparisons share what it takes to read a value. */
    for (; c + 4 <= first[k + 1]; c += 4) {
      const reals t0 = thresholds[c] - (reals){0}, t1 = thresholds[c + 1] - (reals){0};
      const reals t2 = thresholds[c + 2] - (reals){0}, t3 = thresholds[c + 3] - (reals){0};
      lanes w0 = (lanes){0}, w1 = w0, w2 = w0, w3 = w0, bit = w0 + 1;
      for (size_t j = 0; j < 64; j++, bit += bit) {
        const reals value = column[j];
        w0 |= ABOVE(value, t0) & bit;
        w1 |= ABOVE(value, t1) & bit;
        w2 |= ABOVE(value, t2) & bit;
        w3 |= ABOVE(value, t3) & bit;
      }
      in[place[c]] = w0;
      in[place[c + 1]] = w1;
      in[place[c + 2]] = w2;
      in[place[c + 3]] = w3;
    }
    for (; c < first[k + 1]; c++) {
      const reals threshold = thresholds[c] - (reals){0};
      lanes word = (lanes){0}, bit = word + 1;
      for (size_t j = 0; j < 64; j++, bit += bit)
        word |= ABOVE(column[j], threshold) & bit;
      in[place[c]] = word;
    }
  }
}

/* Codes of a block of samples, output k being bit k. */
static void decode(const lanes *out, size_t samples, int64_t *codes) {
  for (size_t j = 0; j * LANES < samples; j++) {
    lanes code = (lanes){0};
    for (size_t k = 0; k != OUTPUTS; k++)
      code |= ((out[k] >> j) & 1) << k;
    memcpy(codes + j * LANES, &code, 8 * SMALLER(samples - j * LANES, LANES));
  }
}

int NAME(const double *features, int64_t *codes, size_t samples) {
  void *block;
  lanes *const at = scratch(8 * COLUMN / LANES + TILE * (INPUTS + KEPT + OUTPUTS), &block);
  if (!at)
    return 1;
  lanes *const bits = at + TILE * KEPT, *const out = bits + TILE * INPUTS;
  double *const columns = (double *)(out + TILE * OUTPUTS);
  memset(columns, 0, 8 * COLUMN * sizeof(double));
  for (size_t start = 0; start < samples; start += TILE * BLOCK) {
    const size_t here = SMALLER(samples - start, TILE * BLOCK), tiles = (here + BLOCK - 1) / BLOCK;
    for (size_t tile = 0; tile < tiles; tile++) {
      const double *const rows = features + (start + tile * BLOCK) * FEATURES;
      const size_t these = SMALLER(here - tile * BLOCK, BLOCK);
      if (!all_finite(rows, these * FEATURES)) {
        free(block);
        return 2;
      }
      for (size_t from = 0; from + 1 <= READ; from += 8)
        encode(rows, these, from, SMALLER(READ, from + 8), columns, bits + tile * INPUTS);
    }
    circuit(bits, at, out, tiles);
    for (size_t tile = 0; tile < tiles; tile++)
      decode(out + tile * OUTPUTS, SMALLER(here - tile * BLOCK, BLOCK), codes + start + tile * BLOCK);
  }
  free(block);
  return 0;
}
"""


def classifier_to_c(core: Netlist, comparisons: Comparisons, *, name: str = "classify") -> str:
    """Return a core with its comparisons as a C99 file with one function, `name`; equal ones give equal text.

    `int name(const double *features, int64_t *codes, size_t samples)` reads (samples, features) in C order and writes
    for each sample what the core answers, output `k` being bit `k`. It returns 0, 1 where there is no memory, and 2
    where a value is no finite number. It keeps nothing between calls. `ConfigError` for a name that is no identifier.
    """
    require_identifier(name)
    steps = steps_of(core)
    circuit = c_functions(steps)
    counts = {
        "FEATURES": comparisons.features,
        "READ": len(comparisons.read),
        "INPUTS": steps.inputs,
        "OUTPUTS": len(steps.outputs),
        "KEPT": circuit.kept,
        "TILE": tile_of(steps.inputs + circuit.kept + len(steps.outputs)),
    }
    tables = [
        *_table("size_t read", comparisons.read.tolist()),
        *_table("size_t first", comparisons.first.tolist()),
        *_table("double thresholds", [value.hex() for value in comparisons.thresholds.tolist()]),
        *_table("size_t place", comparisons.place.tolist()),
    ]
    lines = [f"/* Circuit {quoted(core.name)} behind its comparisons: rows of features in, codes of classes out. */"]
    text = _ON_FEATURES.replace("NAME", name)
    return "\n".join([*lines, HEAD, *defines(counts), "", *tables, "", circuit.text, text])


def _table(what: str, values: Iterable[object]) -> list[str]:
    """Return a constant array; one of nothing has an entry that nothing reads, as C has no empty ones."""
    numbers = ", ".join(str(value) for value in values) or "0"
    return wrap(f"static const {what}[] = {{{numbers}}};", _LINE, subsequent_indent="  ", break_long_words=False)
