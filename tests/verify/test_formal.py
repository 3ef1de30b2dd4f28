"""Three ways to prove, one meaning."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import NetlistError, ProgramError, ProgramMissing
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder, Node, simulate
from tinydwn.verify import Outcome, Verdict, prove_equivalent
from tinydwn.verify.candidates import candidates
from tinydwn.verify.patterns import Patterns
from tinydwn.verify.proof import behind, possible_patterns

METHODS = ["abc", "yosys", "exhaustive"]
Draw = Callable[..., Netlist]
Rebuild = Callable[[Netlist], Netlist]
Flip = Callable[[Netlist, int, int], Netlist]


def by_hand(left: Netlist, right: Netlist, assuming: Assumption | None = None) -> bool:
    """Compare on every pattern that the assumption allows, one by one, without any of the machinery."""

    def outputs(netlist: Netlist, pattern: tuple[int, ...]) -> list[int]:
        values = [0, 1, *pattern]
        for node in netlist.nodes:
            values.append(node.table >> sum(values[net] << k for k, net in enumerate(node.fanin)) & 1)
        return [values[net] for net in netlist.output_nets]

    for pattern in product((0, 1), repeat=len(left.inputs)):
        value = dict(zip(left.inputs, pattern, strict=True))
        chains = [[value[name] for name in chain] for chain in (assuming or Assumption.none()).chains]
        possible = all(chain == sorted(chain, reverse=True) for chain in chains)
        if possible and outputs(left, pattern) != outputs(right, pattern):
            return False
    return True


def assert_witness_is_true(verdict: Verdict, left: Netlist, right: Netlist) -> None:
    assert verdict.witness is not None
    assert list(verdict.witness) == list(left.inputs)
    bits = np.array([list(verdict.witness.values())], dtype=bool)
    assert (simulate(left, bits) != simulate(right, bits)).any()


@pytest.mark.parametrize("method", METHODS)
def test_outputs_that_differ_everywhere_are_different(method: str) -> None:
    """ABC then says so before it counts anything, and its counterexample stands in the same line."""
    same, inverted = Node(0b10, (2,)), Node(0b01, (2,))
    left = Netlist("left", ("a", "b"), (same,), (("y", 4), ("z", 3)))
    right = Netlist("right", ("a", "b"), (inverted,), (("y", 4), ("z", 3)))
    verdict = prove_equivalent(left, right, method=method)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.DIFFERENT
    assert_witness_is_true(verdict, left, right)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("table", [0b01, 0b10])
def test_circuits_of_one_input_that_differ_have_a_witness(method: str, table: int) -> None:
    """Yosys draws the value of a single bit otherwise than that of a word."""
    left = Netlist("left", ("a",), (Node(table, (2,)),), (("y", 3),))
    right = Netlist("right", ("a",), (), (("y", 0),))
    verdict = prove_equivalent(left, right, method=method)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.DIFFERENT
    assert_witness_is_true(verdict, left, right)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(6))
def test_another_structure_of_the_same_function_is_equivalent(
    method: str, seed: int, drawn: Draw, rebuilt: Rebuild
) -> None:
    netlist = drawn(seed, nodes=20)
    verdict = prove_equivalent(netlist, rebuilt(netlist), method=method)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.EQUIVALENT
    assert verdict.method == {"abc": "ABC cec", "yosys": "Yosys SAT", "exhaustive": "all possible patterns"}[method]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(8))
def test_a_flipped_table_bit_is_found_where_it_matters(
    method: str, seed: int, drawn: Draw, rebuilt: Rebuild, flipped: Flip
) -> None:
    netlist = drawn(seed)
    other = flipped(rebuilt(netlist), seed, seed)
    verdict = prove_equivalent(netlist, other, method=method)  # type: ignore[arg-type]
    if by_hand(netlist, other):
        assert verdict.outcome is Outcome.EQUIVALENT
    else:
        assert verdict.outcome is Outcome.DIFFERENT
        assert_witness_is_true(verdict, netlist, other)


@settings(max_examples=60)
@given(st.data())
def test_trying_every_pattern_agrees_with_a_comparison_by_hand(data: st.DataObject) -> None:
    table = st.integers(0, 255)
    tables = data.draw(st.tuples(table, table))
    left, right = (Netlist("n", ("a", "b", "c"), (Node(one, (2, 3, 4)),), (("y", 5),)) for one in tables)
    chain = data.draw(st.permutations(("a", "b", "c"))).__getitem__(slice(0, data.draw(st.integers(0, 3))))
    assuming = Assumption((tuple(chain),))
    verdict = prove_equivalent(left, right, assuming=assuming, method="exhaustive")
    assert (verdict.outcome is Outcome.EQUIVALENT) == by_hand(left, right, assuming)


@pytest.mark.parametrize("method", METHODS)
def test_an_assumption_is_used_and_only_where_it_is_given(
    method: str, thermometer: tuple[Netlist, Netlist, Assumption]
) -> None:
    careful, careless, order = thermometer
    assert by_hand(careful, careless, order)
    verdict = prove_equivalent(careful, careless, assuming=order, method=method)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.EQUIVALENT
    verdict = prove_equivalent(careful, careless, method=method)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.DIFFERENT
    assert_witness_is_true(verdict, careful, careless)


@pytest.mark.parametrize("method", METHODS)
def test_a_witness_never_breaks_the_assumption(
    method: str, thermometer: tuple[Netlist, Netlist, Assumption], flipped: Flip
) -> None:
    careful, careless, order = thermometer
    for node in range(len(careless.nodes)):
        wrong = flipped(careless, node, 3)
        verdict = prove_equivalent(careful, wrong, assuming=order, method=method)  # type: ignore[arg-type]
        assert (verdict.outcome is Outcome.EQUIVALENT) == by_hand(careful, wrong, order)
        if verdict.outcome is Outcome.DIFFERENT:
            assert_witness_is_true(verdict, careful, wrong)
            bits = np.array([list((verdict.witness or {}).values())], dtype=bool)
            assert order.holds(careful.inputs, bits).all()


@pytest.mark.parametrize("method", METHODS)
def test_constants_inputs_and_repeated_nets_on_outputs_are_compared(method: str) -> None:
    plain = Netlist("plain", ("a", "b"), (), (("t", 1), ("f", 0), ("x", 2), ("y", 2)))
    tables = (Node(0b1111, (2, 3)), Node(0b0000, (2,)), Node(0b1010, (2, 3)))
    made = Netlist("made", ("a", "b"), tables, (("t", 4), ("f", 5), ("x", 6), ("y", 6)))
    other = Netlist("other", ("a", "b"), tables, (("t", 4), ("f", 5), ("x", 6), ("y", 3)))
    assert prove_equivalent(plain, made, method=method).outcome is Outcome.EQUIVALENT  # type: ignore[arg-type]
    assert prove_equivalent(plain, other, method=method).outcome is Outcome.DIFFERENT  # type: ignore[arg-type]


@pytest.mark.parametrize("method", METHODS)
def test_netlists_without_inputs_or_outputs_are_compared_directly(method: str) -> None:
    one, zero = (Netlist("n", (), (), (("y", net),)) for net in (1, 0))
    assert prove_equivalent(one, one, method=method).outcome is Outcome.EQUIVALENT  # type: ignore[arg-type]
    assert prove_equivalent(one, zero, method=method).outcome is Outcome.DIFFERENT  # type: ignore[arg-type]
    deaf = Netlist("n", ("a",), (), ())
    assert prove_equivalent(deaf, deaf, method=method).outcome is Outcome.EQUIVALENT  # type: ignore[arg-type]


@pytest.mark.parametrize("method", METHODS)
def test_names_of_any_kind_are_no_obstacle(method: str) -> None:
    names = ("größe > 0.5", "a b[0]", "$false", "\\x#", "n" * 300, "wire")
    builder = NetlistBuilder("odd = name")
    builder.output("class[0] !", builder.xor(*(builder.input(name) for name in names)))
    netlist = builder.build()
    assert prove_equivalent(netlist, netlist, method=method).outcome is Outcome.EQUIVALENT  # type: ignore[arg-type]


def test_other_interfaces_cannot_be_compared() -> None:
    left = Netlist("left", ("a",), (), (("y", 2),))
    right = Netlist("right", ("b",), (), (("y", 2),))
    with pytest.raises(NetlistError) as caught:
        prove_equivalent(left, right)
    assert str(caught.value) == (
        "netlists 'left' and 'right' have different inputs: 'a' against 'b' at place 0\n\n"
        "hint: compare netlists of the same cut and the same output form"
    )


def test_too_many_patterns_are_not_tried(drawn: Draw) -> None:
    wide = drawn(0, inputs=40)
    verdict = prove_equivalent(wide, wide, method="exhaustive")
    assert str(verdict) == (
        "drawn = drawn: UNDECIDED by all possible patterns: 40 inputs have more than 1048576 possible patterns"
    )


def test_thermometer_order_makes_many_bits_few_patterns() -> None:
    names = tuple(f"x > {k}" for k in range(40))
    netlist = Netlist("n", names, (), (("y", 2),))
    assert prove_equivalent(netlist, netlist, assuming=Assumption((names,)), method="exhaustive").reason == ""


@settings(max_examples=50)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 3))
def test_possible_patterns_are_listed_once_and_drawn_all(chains: list[int], free: int) -> None:
    names = [tuple(f"c{k} > {level}" for level in range(length)) for k, length in enumerate(chains)]
    inputs = (*(f"free{k}" for k in range(free)), *reversed([name for chain in names for name in chain]))
    assuming = Assumption(tuple(names))
    patterns = Patterns.of(inputs, assuming)
    listed = np.concatenate(list(patterns.chunks()))
    assert len(listed) == patterns.count == len({row.tobytes() for row in listed})
    assert assuming.holds(inputs, listed).all()
    every = np.array(list(product((0, 1), repeat=len(inputs))), dtype=bool) if len(inputs) < 12 else listed
    assert {row.tobytes() for row in every[assuming.holds(inputs, every)]} == {row.tobytes() for row in listed}
    assert assuming.holds(inputs, patterns.sample(20, seed=1)).all()
    behind_front = simulate(possible_patterns(inputs, assuming), every)
    assert {row.tobytes() for row in behind_front} == {row.tobytes() for row in listed}


def test_a_netlist_behind_a_front_computes_its_outputs(drawn: Draw) -> None:
    front, netlist = drawn(1, inputs=5, outputs=6), drawn(2, inputs=6)
    bits = np.random.default_rng(0).integers(0, 2, size=(100, 5)).astype(bool)
    expected = simulate(netlist, simulate(front, bits))
    assert (simulate(behind(front, netlist), bits) == expected).all()


def test_candidates_are_inner_nets_that_look_alike(drawn: Draw, rebuilt: Rebuild) -> None:
    netlist = drawn(3, nodes=30)
    other = rebuilt(netlist)
    pairs = candidates(netlist, other)
    assert pairs
    for pair in pairs:
        left = Netlist("l", netlist.inputs, netlist.nodes, (("y", pair.left),))
        right = Netlist("r", other.inputs, other.nodes, (("y", pair.right),))
        inverse = Netlist("r", other.inputs, (*other.nodes, Node(0b01, (pair.right,))), (("y", other.nets),))
        assert by_hand(left, inverse if pair.inverted else right)


def hidden_difference() -> tuple[Netlist, Netlist]:
    """Return two netlists that differ on one pattern of 2**40, which no sample will show."""
    builder = NetlistBuilder("all ones")
    nets = [builder.input(f"i{k}") for k in range(40)]
    builder.output("y", builder.and_(*nets))
    builder.output("z", builder.xor(*nets))
    left = builder.build()
    builder = NetlistBuilder("never")
    nets = [builder.input(f"i{k}") for k in range(40)]
    builder.output("y", 0)
    builder.output("z", builder.xor(*nets))
    return left, builder.build()


@pytest.mark.parametrize("method", ["abc", "yosys"])
def test_a_difference_on_one_pattern_of_a_trillion_is_found(method: str) -> None:
    left, right = hidden_difference()
    verdict = prove_equivalent(left, right, method=method)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.DIFFERENT
    assert verdict.reason == "output 'y' is 1 against 0"
    assert set((verdict.witness or {}).values()) == {True}


def test_a_difference_that_abc_finds_by_hashing_alone_has_a_witness() -> None:
    left, right = (Netlist("n", ("a", "b"), (), (("x", 2), ("y", constant))) for constant in (0, 1))
    verdict = prove_equivalent(left, right, method="abc")
    assert (verdict.outcome, verdict.reason) == (Outcome.DIFFERENT, "output 'y' is 0 against 1")
    assert set(verdict.witness or {}) == {"a", "b"}


def misled() -> tuple[Netlist, Netlist]:
    """Return two equal netlists with inner nets that look alike on samples and are not."""
    builder = NetlistBuilder("left")
    nets = [builder.input(f"i{k}") for k in range(30)]
    rare, half = builder.and_(*nets), builder.xor(*nets[:4])
    builder.output("y", builder.xor(rare, half))
    builder.output("h", half)
    left = builder.build()
    builder = NetlistBuilder("right")
    nets = [builder.input(f"i{k}") for k in range(30)]
    half = builder.xor(builder.xor(nets[0], nets[2]), builder.xor(nets[1], nets[3]))
    rest = builder.and_(*reversed(nets))
    builder.output("y", builder.or_(builder.and_(half, builder.invert(rest)), builder.and_(builder.invert(half), rest)))
    builder.output("h", half)
    return left, builder.build()


def test_inner_nets_that_only_look_alike_do_not_mislead_yosys(flipped: Flip) -> None:
    left, right = misled()
    assert prove_equivalent(left, right, method="yosys").outcome is Outcome.EQUIVALENT
    outcomes = {prove_equivalent(left, flipped(right, k, 1), method="yosys").outcome for k in range(4)}
    assert outcomes == {Outcome.DIFFERENT}


@pytest.mark.parametrize(("method", "variable", "name"), [("abc", "ABC", "ABC"), ("yosys", "YOSYS", "Yosys")])
def test_a_proof_that_runs_out_of_time_is_undecided(
    method: str, variable: str, name: str, drawn: Draw, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    program = tmp_path / "slow"  # type: ignore[operator]
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv(f"TINYDWN_{variable}", str(program))
    verdict = prove_equivalent(drawn(0), drawn(0), method=method, timeout_s=0.5)  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.reason == f"{name} did not end within 0.5 s and was stopped"


LIES = {
    "says nothing": ("true", None),
    "says something else": ("echo all is well", None),
    "dies": ("kill -KILL $$", "killed by signal 9"),
    "fails": ("exit 3", "exit status 3"),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize(("method", "variable", "name"), [("abc", "ABC", "ABC"), ("yosys", "YOSYS", "Yosys")])
def test_a_prover_that_does_not_answer_is_an_error_and_no_verdict(
    method: str, variable: str, name: str, lie: str, drawn: Draw, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    text, how = LIES[lie]
    program = tmp_path / "liar"  # type: ignore[operator]
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    monkeypatch.setenv(f"TINYDWN_{variable}", str(program))
    with pytest.raises(ProgramError) as caught:
        prove_equivalent(drawn(0), drawn(0), method=method)  # type: ignore[arg-type]
    if how:
        assert caught.value.message == f"{name} failed, {how}"
    else:
        assert caught.value.message.startswith(f"{name} did not ")
    monkeypatch.setenv(f"TINYDWN_{variable}", str(tmp_path / "gone"))  # type: ignore[operator]
    with pytest.raises(ProgramMissing):
        prove_equivalent(drawn(0), drawn(0), method=method)  # type: ignore[arg-type]


ANSWERS = {
    "a counterexample that is none": (
        "echo 'Networks are NOT EQUIVALENT.'; echo \"INPUT: a = 1'h0, b = 1'h0.  OUTPUT: y = 1'h0 (l), y = 1'h1 (r).\"",
        "n = n: ABC cec found a difference that simulation does not see",
    ),
    "half a counterexample": (
        "echo 'Networks are NOT EQUIVALENT.'; echo \"INPUT: a = 1'h0\"",
        "ABC's counterexample has 1 inputs instead of 2",
    ),
    "no counterexample": ("echo 'Networks are NOT EQUIVALENT.'", "ABC's counterexample has 0 inputs instead of 2"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_difference_is_never_claimed_on_abcs_word_alone(
    answer: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    text, message = ANSWERS[answer]
    program = tmp_path / "liar"  # type: ignore[operator]
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    monkeypatch.setenv("TINYDWN_ABC", str(program))
    netlist = Netlist("n", ("a", "b"), (Node(0b1000, (2, 3)),), (("y", 4),))
    with pytest.raises(ProgramError) as caught:
        prove_equivalent(netlist, netlist)
    assert caught.value.message == message


def test_abc_may_give_up(monkeypatch: pytest.MonkeyPatch, tmp_path: object, drawn: Draw) -> None:
    program = tmp_path / "tired"  # type: ignore[operator]
    program.write_text("#!/bin/sh\necho 'Networks are UNDECIDED.  Time = 1 sec'\n")
    program.chmod(0o755)
    monkeypatch.setenv("TINYDWN_ABC", str(program))
    assert str(prove_equivalent(drawn(0), drawn(0))) == "drawn = drawn: UNDECIDED by ABC cec: ABC gave up"


YOSYS_ANSWERS = {
    "a count of other equivalences": "echo '  Of those cells 1 are proven and 0 are unproven.'",
    "a count without names": "echo '  Of those cells 13 are proven and 2 are unproven.'",
}


@pytest.mark.parametrize("answer", YOSYS_ANSWERS)
def test_a_count_that_does_not_add_up_is_no_proof_by_yosys(
    answer: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object, drawn: Draw
) -> None:
    program = tmp_path / "liar"  # type: ignore[operator]
    program.write_text(f"#!/bin/sh\n{YOSYS_ANSWERS[answer]}\n")
    program.chmod(0o755)
    monkeypatch.setenv("TINYDWN_YOSYS", str(program))
    with pytest.raises(ProgramError, match=r"^Yosys did not report on \d+ equivalences"):
        prove_equivalent(drawn(0), drawn(0), method="yosys")
