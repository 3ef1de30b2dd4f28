"""Equations mean what the netlist means: they are run as Python and compared."""

import keyword
import re
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import ConfigError
from tinydwn.export.equations import MAX_NODES, to_equations
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder, Node


@st.composite
def circuits(draw: st.DrawFn) -> Netlist:
    """Draw a netlist over five comparisons of two features and a flag."""
    names = ("petal width > 0.8", "petal width > 1.5", "x > -2", "x > 3e-05", "is red")
    nodes: list[Node] = []
    for _ in range(draw(st.integers(0, 14))):
        width = draw(st.integers(1, 3))
        fanin = tuple(draw(st.lists(st.integers(0, 6 + len(nodes)), min_size=width, max_size=width)))
        nodes.append(Node(draw(st.integers(0, 2 ** (2**width) - 1)), fanin))
    nets = [draw(st.integers(0, 6 + len(nodes))) for _ in range(2)]
    return Netlist("core", names, tuple(nodes), (("class[0]", nets[0]), ("class[1]", nets[1])))


def evaluate(netlist: Netlist, values: list[bool]) -> list[bool]:
    nets = [False, True, *values]
    for node in netlist.nodes:
        address = sum(1 << k for k, net in enumerate(node.fanin) if nets[net])
        nets.append(bool(node.table >> address & 1))
    return [nets[net] for _, net in netlist.outputs]


@pytest.mark.parametrize("flat_literals", [24, -1], ids=["flat", "factored"])
@given(netlist=circuits())
def test_equations_run_as_python_and_agree_with_the_netlist(netlist: Netlist, flat_literals: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tinydwn.export.equations._FLAT_LITERALS", flat_literals)
        text = to_equations(netlist)
    width = np.repeat([0.2, 0.8, 1.0, 1.5, 2.0], 8)
    x = np.tile(np.repeat([-3.0, 0.0, 1.0, -2.0], 2), 5)
    red = np.tile([False, True], 20)
    scope: dict[str, Any] = {"petal_width": width, "x": x, "is_red": red}
    exec(text, {}, scope)
    for k in range(len(width)):
        values = [width[k] > 0.8, width[k] > 1.5, x[k] > -2, x[k] > 3e-05, bool(red[k])]
        wanted = evaluate(netlist, values)
        given_ = [bool(np.broadcast_to(scope[name], width.shape)[k]) for name in ("class_0", "class_1")]
        assert given_ == wanted


def test_names_that_had_to_change_are_explained() -> None:
    builder = NetlistBuilder("core")
    nets = [builder.input("größe > 1.5"), builder.input("lambda"), builder.input("class > 2")]
    builder.output("class[0]", builder.and_(*nets))
    lines = to_equations(builder.build()).splitlines()
    assert lines[0] == "# grosse: 'gr\\xf6\\xdfe'"
    assert re.fullmatch(r"# lambda\w+: 'lambda'", lines[1])
    assert lines[-1].startswith("class_0 = (grosse > 1.5) & ")


def test_a_large_netlist_is_refused() -> None:
    nodes = tuple(Node(0b0110, (2 + k, 3 + k)) for k in range(MAX_NODES + 1))
    with pytest.raises(ConfigError) as caught:
        to_equations(Netlist("large", ("a", "b"), nodes, (("y", MAX_NODES + 4),)))
    assert str(caught.value) == (
        "netlist 'large' has 301 nodes, too many to read as equations\n\n"
        "hint: up to 300 nodes are written; minimize it first, or read its Verilog"
    )


def test_thermometer_order_shortens_equations_and_is_named() -> None:
    builder = NetlistBuilder("core")
    low, high = builder.input("x > 1"), builder.input("x > 2")
    builder.output("y", builder.xor(low, high))
    netlist = builder.build()
    assert to_equations(netlist) == "y = ((x > 1) & (x <= 2)) | ((x <= 1) & (x > 2))\n"
    assert to_equations(netlist, assuming=Assumption((("x > 1", "x > 2"),))) == (
        "# equal to the netlist wherever thermometer bits come in order\ny = (x > 1) & (x <= 2)\n"
    )


@given(circuits())
def test_equations_under_thermometer_order_agree_wherever_it_holds(netlist: Netlist) -> None:
    order = Assumption((("petal width > 0.8", "petal width > 1.5"), ("x > -2", "x > 3e-05")))
    for width, x, red in product((0.2, 1.0, 2.0), (-3.0, 0.0, 1.0), (False, True)):
        scope: dict[str, Any] = {"petal_width": np.float64(width), "x": np.float64(x), "is_red": np.bool_(red)}
        exec(to_equations(netlist, assuming=order), {}, scope)
        wanted = evaluate(netlist, [width > 0.8, width > 1.5, x > -2, x > 3e-05, red])
        assert [bool(scope[name]) for name in ("class_0", "class_1")] == wanted


def test_a_long_name_is_cut_in_its_comment() -> None:
    builder = NetlistBuilder("core")
    builder.output("y", builder.input("n n" * 100))
    assert to_equations(builder.build()).splitlines()[0].endswith(f": '{('n n' * 100)[:78]}'...")


def test_a_net_that_several_share_is_written_once() -> None:
    builder = NetlistBuilder("core")
    nets = [builder.input(f"x{k}") for k in range(14)]
    parity = builder.xor(*nets)
    builder.output("even", builder.invert(parity))
    builder.output("odd", parity)
    lines = to_equations(builder.build()).splitlines()
    assert lines[-2:] == ["even = ~t13", "odd = t13"]
    assert len(lines) == 15


def test_a_long_equation_is_broken_between_its_parts() -> None:
    builder = NetlistBuilder("core")
    builder.output("y", builder.and_(*(builder.input(f"a_long_name_of_input_{k}") for k in range(14))))
    lines = to_equations(builder.build()).splitlines()
    assert (lines[0], lines[1], lines[2], lines[-1]) == (
        "y = (",
        "    a_long_name_of_input_0",
        "    & a_long_name_of_input_1",
        ")",
    )


@pytest.mark.parametrize("word", keyword.kwlist)
def test_no_feature_name_makes_an_equation_that_is_not_python(word: str) -> None:
    builder = NetlistBuilder("core")
    builder.output("class[0]", builder.and_(builder.input(word), builder.input("x > 1")))
    compile(to_equations(builder.build()), "equations", "exec")
