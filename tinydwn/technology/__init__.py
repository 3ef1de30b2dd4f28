"""What a foundry offers: Liberty files, cells, and the embedded libraries of facts.

Areas are in um2, capacitance in fF, delays in ps, leakage in nW.
"""

from tinydwn.technology.facts import COUNTING_RULES, FACT_LIBRARIES, cells_of, load_library
from tinydwn.technology.library import Cell, Library, Register

__all__ = ["COUNTING_RULES", "FACT_LIBRARIES", "Cell", "Library", "Register", "cells_of", "load_library"]
