"""A project for Tiny Tapeout: the chip of a bundle behind 24 pins, with its pages, its tests and its size.

Facts of the format are those of TinyTapeout/ttsky-verilog-template (78cf483) and TinyTapeout/tt-support-tools
(dfa73d6): names and widths of the pins, the fields of `info.yaml`, the sizes of the tiles.
"""

from tinydwn.export.tinytapeout.area import Estimate
from tinydwn.export.tinytapeout.origin import Measured, Origin
from tinydwn.export.tinytapeout.pinout import Pinout
from tinydwn.export.tinytapeout.project import Project, ProjectOptions, make_project
from tinydwn.export.tinytapeout.tile import TILES, Tile

__all__ = ["TILES", "Estimate", "Measured", "Origin", "Pinout", "Project", "ProjectOptions", "Tile", "make_project"]
