"""Classifiers in the forms that microcontrollers run."""

from tinydwn.targets.microcontroller.inputs import IntegerInputs
from tinydwn.targets.microcontroller.library import CLibrary, c_library

__all__ = ["CLibrary", "IntegerInputs", "c_library"]
