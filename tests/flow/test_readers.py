"""What OpenROAD writes is read as it is, from real runs, and a part of it is never taken for the whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import FlowError
from tinydwn.flow.complaints import ADVICE, errors_of, read_complaints
from tinydwn.flow.drc import Violation, counted, read_drc
from tinydwn.flow.metrics_file import MetricsFile, joined, read_metrics

RUNS = ("seg_chip", "tiny_core", "failed_pins", "failed_placement")


def metrics(shared: Path, run: str) -> MetricsFile:
    return read_metrics((shared / "openroad" / run / "metrics.json").read_text(), where=run)


def test_keys_that_repeat_are_a_history(shared: Path) -> None:
    read = metrics(shared, "seg_chip")
    assert read.history("design__instance__displacement__total") == (374.443, 72.096, 0.0)
    assert read.number("design__instance__displacement__total") == 0.0
    assert read.rounds("route__drc_errors__iter:") == ((13.0, 13.0, 2.0, 0.0),)
    assert (read.number("route__wirelength"), read.number("route__vias")) == (2615.0, 836.0)
    assert read.number("no such key") is None


@pytest.mark.parametrize("run", RUNS)
def test_the_last_value_is_what_a_plain_reader_sees(run: str, shared: Path) -> None:
    plain = json.loads((shared / "openroad" / run / "metrics.json").read_text())
    read = metrics(shared, run)
    assert {key: read.number(key) for key in read.values} == plain


def test_numbers_that_are_none_are_no_figures() -> None:
    text = '{"a": "NaN", "b": "Infinity", "c": 1e30, "d": -1e+39, "e": 3, "f": "text"}'
    read = read_metrics(text, where="m")
    assert [read.number(key) for key in "abcdef"] == [None, None, None, None, 3.0, None]
    assert [read.text(key) for key in "ef"] == [None, "text"]


def test_stages_join_in_their_order() -> None:
    read = joined([read_metrics('{"a": 1}', where="1"), read_metrics('{"b": 5, "a": 2}', where="2")])
    assert (read.history("a"), read.number("a"), read.number("b")) == ((1.0, 2.0), 2.0, 5.0)


@pytest.mark.parametrize("run", RUNS)
def test_metrics_that_are_cut_off_anywhere_are_refused(run: str, shared: Path) -> None:
    text = (shared / "openroad" / run / "metrics.json").read_text().rstrip()
    for end in range(1, len(text), 37):
        with pytest.raises(FlowError, match="is not JSON"):
            read_metrics(text[:end], where="m")


@pytest.mark.parametrize("text", ["[1]", "3", '{"a": [1]}', '{"a": true}', '{"a": null}'])
def test_other_documents_are_refused(text: str) -> None:
    with pytest.raises(FlowError):
        read_metrics(text, where="m")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(-1e20, 1e20) | st.integers(-9, 9)), max_size=12))
def test_every_number_written_is_read(pairs: list[tuple[str, float]]) -> None:
    text = "{" + ",\n".join(f"{json.dumps(key)}: {value!r}" for key, value in pairs) + "}"
    read = read_metrics(text, where="m")
    for key in "abc":
        assert read.history(key) == tuple(value for name, value in pairs if name == key)


DRC = """\
violation type: Metal Spacing
\tsrcs: net:_126_ net:_178_
\tbbox = (58.6500, 31.3950) - (58.6850, 31.4650) on Layer metal1
violation type: Short
\tsrcs: net:a\\[0\\] inst:g12/A net:clk
\tcongestion information: capacity 7 usage 9
\tbbox = (-1.5, 2) - (3, 4) on Layer met2
"""


def test_violations_are_read_one_by_one() -> None:
    first, second = read_drc(DRC, where="drc.rpt")
    assert first == Violation("Metal Spacing", ("net:_126_", "net:_178_"), "metal1", (58.65, 31.395, 58.685, 31.465))
    assert (second.kind, second.sources, second.layer) == ("Short", ("net:a\\[0\\]", "inst:g12/A", "net:clk"), "met2")
    assert counted((first, second, second)) == "2 Short on met2, 1 Metal Spacing on metal1"


def test_a_clean_run_has_an_empty_report(shared: Path) -> None:
    for run in ("seg_chip", "tiny_core"):
        assert read_drc((shared / "openroad" / run / "drc.rpt").read_text(), where=run) == ()


def test_a_report_that_is_cut_off_is_refused() -> None:
    lines = DRC.splitlines()
    for end in (1, 2, 4, 5, 6):
        with pytest.raises(FlowError, match="ends within a violation"):
            read_drc("\n".join(lines[:end]), where="drc.rpt")
    with pytest.raises(FlowError) as caught:
        read_drc("<html>\n", where="drc.rpt")
    assert str(caught.value) == (
        "drc.rpt, line 1 is not part of a violation\n\nhint: check which program wrote the report"
    )


def log(shared: Path, run: str) -> str:
    return (shared / "openroad" / run / "log.txt").read_text()


def test_logs_of_good_runs_have_warnings_only(shared: Path) -> None:
    found = read_complaints(log(shared, "seg_chip"))
    assert [(one.level, one.code, one.times) for one in found] == [
        ("warning", "DRT-0349", 10), ("warning", "GRT-0239", 54),
    ]  # fmt: skip
    assert errors_of(log(shared, "tiny_core")) == ()


@pytest.mark.parametrize("run", RUNS)
def test_as_many_are_found_as_the_tool_itself_counted(run: str, shared: Path) -> None:
    found, told = read_complaints(log(shared, run)), metrics(shared, run)
    assert sum(one.times for one in found if one.level == "error") == told.number("flow__errors__count")
    # A warning that the script caught is counted by the tool and said nowhere.
    assert sum(one.times for one in found if one.level == "warning") <= told.number("flow__warnings__count")
    for one in found:
        if one.level == "warning":
            assert one.times == told.number(f"flow__warnings__count:{one.code}")


def test_failures_are_told_once_with_advice(shared: Path) -> None:
    for run, code in (("failed_pins", "PPL-0024"), ("failed_placement", "DPL-0036")):
        (error,) = errors_of(log(shared, run))
        assert (error.code, error.times, error.advice) == (code, 1, ADVICE[code])


def test_complaints_without_a_code_are_told_too() -> None:
    text = (
        'Error: place.tcl, 12 invalid command name "foo"\n'
        "tinydwn: complaint: missing file: x.lef\n"
        "Error: floorplan.tcl, 1 tinydwn: 1 complaints\n"
        "Segmentation fault (core dumped)\n"
        "Error: STA-0164\n"
    )
    assert [str(one) for one in errors_of(text)] == [
        'invalid command name "foo" (place.tcl, line 12)',
        "missing file: x.lef",
        "Segmentation fault (core dumped)",
        f"STA-0164: ; {ADVICE['STA-0164']}",
    ]


LIBRELANE = """\
[03:55:38] INFO     Starting a new run                           flow.py:12
[03:55:38] WARNING  The PDK is old.                              flow.py:40
[03:55:38] ERROR    Errors have occurred while loading the PDK   __main__.py:160
                    configuration.                              \x20
[03:55:38] ERROR    Neither                                      __main__.py:162
                    config.tcl nor config.json
                    were found.
Traceback (most recent call last):
                    not part of it
"""


def test_columns_of_librelane_are_joined() -> None:
    assert [(one.level, one.text) for one in read_complaints(LIBRELANE)] == [
        ("error", "Errors have occurred while loading the PDK configuration."),
        ("error", "Neither config.tcl nor config.json were found."),
        ("warning", "The PDK is old."),
    ]


def test_a_word_longer_than_its_column_is_whole_again() -> None:
    path = "/a/path/that/is/longer/than/the/column/by/far/and/so/on"
    width = 65 - 20 - 1  # the place of the source is at the end of 80 columns
    pieces = [path[k : k + width] for k in range(0, len(path), width)]
    lines = ["[03:55:38] ERROR    The file".ljust(64) + " __main__.py:162", *(" " * 20 + piece for piece in pieces)]
    (one,) = read_complaints("\n".join([*lines, " " * 20 + "was not found."]))
    assert one.text == f"The file {path} was not found."


def test_the_warnings_of_a_real_librelane_are_whole_sentences(shared: Path) -> None:
    text = (shared / "openroad" / "runs" / "librelane_tiny" / "log.txt").read_text()
    told = {one.code or one.text: one for one in read_complaints(text)}
    assert told["STA-0419"].text == "transition time can not be specified for virtual clocks."
    assert "'SIGNOFF_SDC_FILE' is not defined. Using generic fallback SDC for OpenROAD PnR steps." in told


def test_a_traceback_is_told_by_its_last_line(shared: Path) -> None:
    text = (shared / "openroad" / "runs" / "librelane_tiny" / "log.txt").read_text()
    (error,) = errors_of(text)
    assert error.text.startswith("KeyError: DesignFormat(id='mag_gds', ")
    assert errors_of("Traceback (most recent call last):\n  File x\n") == ()
