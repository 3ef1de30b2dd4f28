"""Options that make no sense are refused with words."""

from typing import Any

import pytest

from tinydwn.errors import ConfigError
from tinydwn.synthesis.options import SynthesisOptions

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"objective": "power"}, "no objective 'power'\n\nhint: choose one of: area, delay"),
    ({"max_delay_ps": float("inf")}, "a delay of at most inf ps\n\nhint: choose a number above 0"),
    ({"max_delay_ps": float("nan")}, "a delay of at most nan ps\n\nhint: choose a number above 0"),
    ({"max_delay_ps": 0.0}, "a delay of at most 0 ps\n\nhint: choose a number above 0"),
    ({"effort": "heroic"}, "unknown effort 'heroic'\n\nhint: choose one of fast, normal, high"),
    ({"output_form": "gray"}, "unknown output form 'gray'\n\nhint: choose one of index, onehot"),
    ({"libraries": ()}, "no cell library was chosen\n\nhint: leave --library out for the default one"),
    ({"libraries": ("egfet", "egfet")}, "a cell library was chosen twice\n\nhint: name each library once"),
    ({"most_nand2": 0.0}, "a search up to 0 NAND2 equivalents\n\nhint: choose a number above 0, like 64"),
    ({"cut": "half"}, "unknown cut 'half'\n\nhint: choose one of core, chip"),
    ({"test_fraction": 1.0}, "the test fraction is 1\n\nhint: choose one between 0 and 1, like 0.2"),
    ({"test_fraction": float("nan")}, "the test fraction is nan\n\nhint: choose one between 0 and 1, like 0.2"),
    ({"test_fraction": "a"}, "test_fraction is 'a'\n\nhint: choose a number"),
    ({"libraries": "egfet"}, "the libraries are 'egfet'\n\nhint: give a tuple of names"),
    ({"training": 3}, 'training is 3\n\nhint: give a dictionary, such as {"epochs": 20}'),
    ({"reading": "kind"}, "reading is 'kind'\n\nhint: give tinydwn's Reading(...)"),
    ({"seed": 0.5}, "seed is 0.5\n\nhint: choose a whole number"),
    ({"seed": 1 << 32}, "the seed is 4294967296\n\nhint: choose a whole number from 0 to 4294967295"),
    ({"circuits": 0}, "a search of 0 circuits\n\nhint: choose a whole number from 1 upwards"),
    ({"points": 1}, "a front of 1 points\n\nhint: choose a whole number from 2 upwards"),
    ({"timeout_s": 0.0}, "the timeout is 0 s\n\nhint: choose a number of seconds above 0, up to 1000000"),
    ({"timeout_s": float("inf")}, "the timeout is inf s\n\nhint: choose a number of seconds above 0, up to 1000000"),
]


@pytest.mark.parametrize(("values", "message"), REFUSED)
def test_an_option_that_makes_no_sense_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        SynthesisOptions(**values)
    assert str(caught.value) == message
