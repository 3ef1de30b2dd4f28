"""How one of a front's circuits is chosen, on fronts that are made up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import ConfigError
from tinydwn.synthesis.front import Choice, Place, choose

SHARES = st.integers(0, 100).map(lambda k: k / 100)
STEPS = st.tuples(st.integers(0, 30), SHARES, SHARES, st.integers(0, 20).map(lambda k: k / 100))


@st.composite
def fronts(draw: st.DrawFn) -> list[Place]:
    """Places by ascending area, equal ones among them."""
    areas, places = 0.0, []
    for step, training, expected, error in draw(st.lists(STEPS, min_size=1, max_size=12)):
        areas += step
        places.append(Place(areas, areas / 2, training, expected, error))
    return places


def best_of(places: list[Place]) -> float:
    return max(place.expected for place in places)


@given(places=fronts())
def test_the_default_is_the_smallest_within_one_standard_error_of_the_best(places: list[Place]) -> None:
    best = places[choose(places, Choice("best"))]
    chosen = choose(places, Choice())

    def close(place: Place) -> bool:
        return best.expected - place.expected <= max(best.own_error, place.own_error) + 1e-9

    assert close(places[chosen])
    assert not any(close(replace(place, expected=place.expected - 1e-6)) for place in places[:chosen])


@given(places=fronts())
def test_the_best_is_expected_as_right_as_any_and_is_the_smallest_of_them(places: list[Place]) -> None:
    chosen = choose(places, Choice("best"))
    assert places[chosen].expected == best_of(places)
    assert all(place.expected < best_of(places) for place in places[:chosen])


@given(places=fronts(), drop=SHARES, more=SHARES)
def test_giving_up_more_accuracy_never_takes_a_larger_circuit(places: list[Place], drop: float, more: float) -> None:
    chosen = choose(places, Choice("drop", drop))
    assert places[chosen].expected >= best_of(places) - drop - 1e-9
    assert choose(places, Choice("drop", drop + more)) <= chosen
    assert choose(places, Choice("drop", 0.0)) == choose(places, Choice("best"))


@given(places=fronts(), most=st.integers(0, 200).map(float), more=st.integers(0, 50))
def test_more_area_never_buys_less(places: list[Place], most: float, more: int) -> None:
    if most < places[0].nand2_equivalent:
        with pytest.raises(ConfigError, match=r"no circuit takes at most .* NAND2 equivalents\n\nhint: the smallest"):
            choose(places, Choice("area", most))
        return
    chosen = places[choose(places, Choice("area", most))]
    assert chosen.nand2_equivalent <= most
    assert chosen.expected == max(place.expected for place in places if place.nand2_equivalent <= most)
    assert places[choose(places, Choice("area", most + more))].expected >= chosen.expected


@given(places=fronts(), scale=st.sampled_from((0.5, 2.0, 1024.0)))
def test_the_knee_is_never_beaten_and_knows_no_unit(places: list[Place], scale: float) -> None:
    knee = choose(places, Choice("knee"))
    assert all(place.training < places[knee].training for place in places[:knee])
    scaled = [
        Place(one.area_um2 * scale, one.nand2_equivalent * scale, one.training, one.expected, one.own_error)
        for one in places
    ]
    assert choose(scaled, Choice("knee")) == knee


def test_the_knee_is_farthest_above_the_line_between_the_ends() -> None:
    pairs = ((1, 0.5), (2, 0.8), (5, 0.9), (11, 1.0))
    places = [Place(float(area), float(area), training, 0.5, 0.1) for area, training in pairs]
    assert choose(places, Choice("knee")) == 1


@given(places=fronts(), number=st.integers(0, 30))
def test_a_point_is_chosen_by_its_number(places: list[Place], number: int) -> None:
    if number < len(places):
        assert choose(places, Choice("point", number)) == number
        return
    with pytest.raises(ConfigError) as caught:
        choose(places, Choice("point", number))
    assert str(caught.value) == (
        f"there is no point {number}\n\nhint: points are 0 to {len(places) - 1}; --list shows them"
    )


@pytest.mark.parametrize("rule", ["knee", "best", "drop"])
def test_without_samples_the_largest_is_taken_and_no_accuracy_may_choose(rule: str) -> None:
    places = [Place(area, area, None, None, None) for area in (1.0, 2.0, 3.0)]
    assert choose(places, Choice()) == 2
    assert choose(places, Choice("area", 2.0)) == 1
    with pytest.raises(ConfigError, match="without samples there is no accuracy to choose by"):
        choose(places, Choice(rule))  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_values_that_choose_nothing_are_refused(value: float) -> None:
    with pytest.raises(ConfigError, match=r"a circuit cannot be chosen by .*\n\nhint: choose a number from 0 up"):
        Choice("area", value)
