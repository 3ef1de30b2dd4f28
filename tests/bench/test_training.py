from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from tests.made_up import again
from tinydwn.bench.studies import training
from tinydwn.bench.studies.training import STUDY, Asked, TrainingRow
from tinydwn.bench.study import Measured, measure
from tinydwn.errors import ConfigError


def test_a_small_step_is_timed_in_every_engine():
    heard = []
    found = measure(STUDY, Asked((4,), (20,), (2,)), on_arrival=lambda _, row, __: heard.append(row))
    (row,) = found.rows
    assert heard == [row]
    assert (row.batch, row.luts, row.inputs_per_lut) == (4, 20, 2)
    assert min(row.seconds, row.per_sample_seconds, row.per_sample_powers_seconds) > 0
    assert found.summary["geometric_mean_speedup"] == pytest.approx(row.speedup)


def test_every_size_is_measured_in_every_engine(monkeypatch):
    asked = []

    class Here:
        """Let a process of its own be this one."""

        def __init__(self, count):
            assert count == 1

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def submit(self, work, engine, task):
            asked.append((work, engine, task))
            outcome = 0.001 * len(asked), 1000 * len(asked)
            return SimpleNamespace(result=lambda: outcome)

    monkeypatch.setattr(training, "worker_processes", Here)
    found = measure(STUDY, Asked((4, 8), (20,), (2, 3), 5))
    sizes = [(4, 20, 2), (8, 20, 2), (4, 20, 3), (8, 20, 3)]
    assert [(row.batch, row.luts, row.inputs_per_lut) for row in found.rows] == sizes
    assert asked == [
        (training.step_cost, engine, training.Task(*size, 5)) for size in sizes for engine in training.ENGINES
    ]
    assert [(row.seconds, row.per_sample_peak_bytes) for row in found.rows[:2]] == [(0.001, 2000), (0.004, 5000)]
    assert found.summary["geometric_mean_speedup"] == pytest.approx(
        np.exp(np.mean(np.log([row.speedup for row in found.rows])))
    )


def test_the_summary_and_the_table_say_what_the_rows_say():
    rows = (
        TrainingRow(32, 200, 2, 0.001, 0.004, 0.002, 1_000_000, 2_000_000),
        TrainingRow(256, 200, 6, 0.002, 0.072, 0.036, 3_000_000, 4_000_000),
    )
    cost = Measured(STUDY, rows, {"date": "", "versions": {"torch": "2"}})
    assert cost.summary == pytest.approx(
        {
            "geometric_mean_speedup": 12.0,
            "smallest_speedup": 4.0,
            "geometric_mean_speedup_against_powers": 6.0,
            "smallest_speedup_against_powers": 2.0,
            "largest_memory_ratio": 0.75,
        }
    )
    assert cost.to_text() == (
        "How much faster is a training step than sample by sample?\n"
        "\n"
        "batch  LUTs  n     ms  per sample ms  powers once ms  faster  than powers once   MB  per sample MB\n"
        "-----  ----  -  -----  -------------  --------------  ------  ----------------  ---  -------------\n"
        "   32   200  2  1.000          4.000           2.000     4.0               2.0  1.0            2.0\n"
        "  256   200  6  2.000         72.000          36.000    36.0              18.0  3.0            4.0\n"
        "\n"
        "Geometric mean 12.0 times faster than sample by sample, at least 4.0; 6.0 times with powers taken once, at"
        "\nleast 2.0. One thread.\n"
        "Measured with torch 2.\n"
    )
    assert again(cost) == cost
    assert [row["speedup"] for row in cost.to_json()["rows"]] == [4.0, pytest.approx(36.0)]


def test_tables_that_ten_classes_cannot_share_are_refused():
    with pytest.raises(ConfigError, match="15 lookup tables cannot vote for ten classes"):
        Asked(luts=(15,))


ALONE = """
import numpy as np
from tinydwn.bench.peak import peak_growth

np.ones(10_000_000)
with peak_growth() as growth:
    np.ones(4_000_000)
print(growth.bytes)
"""


def test_memory_is_that_of_the_work_alone():
    # A process of its own: a large one may have other memory taken away by the system meanwhile.
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, timeout=60, check=True)
    assert 25_000_000 < int(done.stdout) < 60_000_000


@pytest.mark.parametrize(
    ("sizes", "text"),
    [
        ({"batch": (0,)}, "samples per step are 0\n\nhint: choose numbers from 1 to 1048576"),
        ({"inputs": (2, 17)}, "inputs per table are 2, 17\n\nhint: choose numbers from 1 to 10"),
        ({"inputs": ()}, "inputs per table are none\n\nhint: choose numbers from 1 to 10"),
    ],
)
def test_sizes_that_cannot_be_are_refused(sizes, text):
    with pytest.raises(ConfigError) as raised:
        Asked(**sizes)
    assert str(raised.value) == text
