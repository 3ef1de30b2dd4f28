"""Classifiers in the forms that microcontrollers run."""

from tinydwn.targets.microcontroller.inputs import IntegerInputs
from tinydwn.targets.microcontroller.library import CLibrary, c_library
from tinydwn.targets.microcontroller.micropython import PythonModule, python_module

__all__ = ["CLibrary", "IntegerInputs", "PythonModule", "c_library", "python_module"]
