"""ABC scripts for multi-level minimization, in full words since no abc.rc is read.

All are deterministic. `mfs` is ABC's don't-care based resubstitution: it takes the order of thermometer
bits as care clauses.
"""

from __future__ import annotations

from tinydwn.minimize.multi_level import Script

_DC2 = "strash; ifraig; dc2; dc2; balance; dc2"
_RESYN2 = "balance; rewrite; refactor; balance; rewrite; rewrite -z; balance; refactor -z; rewrite -z; balance"
_COMPRESS = (
    "balance -l; resub -K 6 -l; rewrite -l; resub -K 6 -N 2 -l; refactor -l; resub -K 8 -l; balance -l; "
    "resub -K 8 -N 2 -l; rewrite -l; resub -K 10 -l; rewrite -z -l; resub -K 10 -N 2 -l; balance -l; "
    "resub -K 12 -l; refactor -z -l; resub -K 12 -N 2 -l; rewrite -z -l; balance -l"
)
_TABLE_MFS = "{care}mfs -r -a -e -M 1000"
_NODE_MFS = "strash; logic; {care}mfs -a -e -W 4; strash"
_WIDE_MFS = "strash; logic; {care}mfs -a -e -W 10 -F 100 -L 50 -M 1000; strash"

QUICK = Script("dc2 once", "strash; dc2")
DC2 = Script("dc2", _DC2, 20_000)
RESYN2 = Script("resyn2", f"strash; {_RESYN2}; {_RESYN2}", 20_000)
LARGE = Script("dc2 once, compress2rs", f"strash; dc2; {_COMPRESS}", 100_000)
COMPRESS = Script("compress2rs", f"{_DC2}; {_COMPRESS}; {_COMPRESS}", 20_000)
SYN4 = Script("syn4, compress2rs", f"strash; &get -n; &syn4; &put; {_DC2}; {_COMPRESS}", 20_000)
TABLES = Script("mfs on tables, compress2rs", f"{_TABLE_MFS}; {_DC2}; {_COMPRESS}", 10_000)
NODES = Script("mfs on nodes", f"{_DC2}; {_COMPRESS}; {_NODE_MFS}; {_DC2}; {_NODE_MFS}; {_COMPRESS}", 2_000)
WIDE_NODES = Script("wide mfs on nodes", f"{_DC2}; {_COMPRESS}; {_WIDE_MFS}; {_DC2}; {_WIDE_MFS}; {_COMPRESS}", 600)
LUTS = Script("LUT-6 mapping, mfs", f"{_DC2}; if -K 6 -a; {{care}}mfs -a -e -W 4; {_DC2}; {_COMPRESS}", 5_000)
SMALL_LUTS = Script("LUT-4 mapping, mfs", f"{_DC2}; if -K 4 -a; {{care}}mfs -a -e -W 4; {_DC2}; {_COMPRESS}", 5_000)
PACKED = Script("LUT-6 mapping, lutpack", f"{_DC2}; if -K 6 -a; lutpack; {_DC2}; {_COMPRESS}", 5_000)
CHOICES = Script("choices, LUT-6 mapping", f"{_DC2}; dch; if -K 6 -a; strash; {_DC2}; {_COMPRESS}", 10_000)
DEEP = Script("deepsyn", f"{_DC2}; &get -n; &deepsyn -I 2 -J 8; &put; {_COMPRESS}", 500)
