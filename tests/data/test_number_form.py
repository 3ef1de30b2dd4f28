"""Numbers in every form in which tables write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data.number_form import NumberForm, is_date, is_numberlike, mixed_units, number_form, possible_forms
from tinydwn.errors import DataError

FORMS = [
    NumberForm(decimal, thousands, unit)
    for decimal, thousands in [(".", ""), (",", ""), (".", ","), (",", "."), (".", "'"), (",", " "), (".", " ")]
    for unit in ("", "%", "$", "EUR")
]


def spelled(cents, form):
    """Two digits after the decimal mark and marks between thousands, written without the package."""
    whole, fraction = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", form.thousands or "")
    number = f"{'-' if cents < 0 else ''}{grouped}{form.decimal}{fraction:02d}"
    return f"${number}" if form.unit == "$" else number + (f" {form.unit}" if form.unit == "EUR" else form.unit)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20), st.sampled_from(FORMS))
def test_numbers_are_read_back_from_the_form_they_were_written_in(cents, form):
    texts = [spelled(one, form) for one in cents]
    found = number_form("x", texts, decimal=form.decimal)
    assert found is not None
    assert [found.read(text) for text in texts] == [one / 100 for one in cents]


@given(st.lists(st.integers(10**6, 10**9), min_size=1, max_size=20), st.sampled_from(FORMS))
def test_the_form_is_found_without_the_decimal_mark_being_said(thousands, form):
    texts = [spelled(100 * one + 5, form) for one in thousands]
    found = number_form("x", texts, decimal=None)
    assert found is not None
    assert [found.read(text) for text in texts] == [one + 0.05 for one in thousands]


@given(st.lists(st.dates(dt.date(1, 1, 1)), min_size=1, max_size=10))
def test_dates_are_days_since_1970(days):
    first = dt.date(1970, 1, 1).toordinal()
    for shape in ("{0:%d}.{0:%m}.{1:04d}", "{1:04d}-{0:%m}-{0:%d}", "{1:04d}/{0:%m}/{0:%d}"):
        texts = [shape.format(day, day.year) for day in days]
        form = number_form("d", texts, decimal=None)
        assert form == NumberForm(unit="days")
        assert [form.read(text) for text in texts] == [float(day.toordinal() - first) for day in days]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01 00:01", 60.0),
        ("1970-01-02T00:00:01.5", 86401.5),
        ("1970-01-01T02:00:00+02:00", 0.0),
        ("1970-01-01 00:00Z", 0.0),
        ("01.01.1970 01:00", 3600.0),
    ],
)
def test_a_time_beside_a_date_makes_seconds(text, seconds):
    form = number_form("t", [text, "1970-01-01"], decimal=None)
    assert form == NumberForm(unit="seconds")
    assert form.read(text) == seconds


@pytest.mark.parametrize("text", ["2024-02-30", "31.02.2024", "2024-1-1x", "99", "24.12", ""])
def test_what_is_no_day_is_no_date(text):
    assert not is_date(text)
    assert NumberForm(unit="days").read(text) is None


@pytest.mark.parametrize(
    "text", ["", "-", "5more", "1_000", "$", "%", "$5%", "1,2,a", "--5", "-$-5", "e5", "5 kg", "1.2e", "nan", "x1"]
)
def test_names_are_no_numbers(text):
    assert not is_numberlike(text)


@pytest.mark.parametrize(
    "texts", [["1.2.3"], ["192.168.0.1"], ["1,23,456"], ["0,123,456"], ["1 2"], ["12,34.5"], ["1.234,56", "1,234.56"]]
)
def test_digits_that_are_grouped_in_no_way_are_in_no_form(texts):
    assert possible_forms(texts) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("\u22125,5", -5.5),
        ("-$5", -5.0),
        ("$-5", -5.0),
        ("1\u202f234,5", 1234.5),
        ("1\u20192\u2019", None),
        (",5", 0.5),
    ],
)
def test_signs_and_blanks_of_typesetters_are_understood(text, value):
    form = number_form("x", [text], decimal=None)
    assert (form.read(text) if form else None) == value


def test_a_comma_that_can_mean_two_things_is_refused():
    with pytest.raises(DataError) as caught:
        number_form("x", ["1,234", "5"], decimal=None)
    assert str(caught.value) == (
        "column 'x' holds '1,234': the comma may be a decimal mark or separate thousands\n\n"
        "hint: say which with --decimal , or --decimal ."
    )
    for decimal, value in ((",", 1.234), (".", 1234.0)):
        form = number_form("x", ["1,234", "5"], decimal=decimal)
        assert form is not None
        assert form.read("1,234") == value


def test_units_that_differ_are_told():
    assert mixed_units(["5%", "6%"]) is None
    assert mixed_units(["5%", "$6"]) == ("5%", "$6")
