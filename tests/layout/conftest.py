"""A small technology, and a small layout in it."""

from __future__ import annotations

import pytest

from tinydwn.layout.def_layout import read_def
from tinydwn.layout.layout import Layout
from tinydwn.layout.lef import Lef, read_lef

SMALL_LEF = """\
VERSION 5.8 ;
UNITS
  DATABASE MICRONS 1000 ;
END UNITS
SITE unit  SIZE 0.5 BY 2.0 ;  CLASS CORE ; END unit
LAYER poly TYPE MASTERSLICE ; END poly
LAYER m1 TYPE ROUTING ; DIRECTION HORIZONTAL ; WIDTH 0.2 ; PROPERTY LEF58_X "RULE ; END m1 ;" ; END m1
LAYER v1 TYPE CUT ; SPACING 0.2 ; END v1
LAYER m2 TYPE ROUTING ; DIRECTION VERTICAL ; WIDTH 0.3 ; END m2
VIA V DEFAULT
  LAYER m1 ; RECT -0.1 -0.2 0.1 0.2 ;
  LAYER v1 ; RECT -0.1 -0.1 0.1 0.1 ;
  LAYER m2 ; RECT -0.2 -0.1 0.2 0.1 ;
END V
VIARULE R GENERATE LAYER m1 ; ENCLOSURE 0 0 ; LAYER m2 ; ENCLOSURE 0 0 ; LAYER v1 ; RECT 0 0 1 1 ; END R
MACRO INV  # an inverter
  CLASS CORE ; SIZE 1.0 BY 2.0 ; SYMMETRY X Y ;
  PIN A DIRECTION INPUT ; PORT LAYER m1 ; RECT 0.1 0.5 0.3 1.5 ; END END A
  PIN Y DIRECTION OUTPUT ; USE SIGNAL ; PORT LAYER m1 ; POLYGON 0.7 0.5 0.9 0.5 0.9 1.5 ; END END Y
  PIN VDD DIRECTION INOUT ; USE POWER ; PORT LAYER m1 ; RECT 0 1.9 1 2.1 ; END END VDD
  OBS LAYER m1 ; RECT 0.4 0.4 0.6 1.6 ; END
END INV
MACRO DFF CLASS CORE ; SIZE 3 BY 2 ;
  PIN D DIRECTION INPUT ; PORT LAYER m1 ; RECT 0 0 1 1 ; END END D
  PIN CK DIRECTION INPUT ; PORT LAYER m1 ; RECT 0 0 1 1 ; END END CK
  PIN Q DIRECTION OUTPUT ; PORT LAYER m1 ; RECT 0 0 1 1 ; END END Q
END DFF
MACRO TAP CLASS CORE WELLTAP ; SIZE 0.5 BY 2 ; END TAP
MACRO FILL CLASS CORE SPACER ; SIZE 0.5 BY 2 ;
  PIN VPB DIRECTION INOUT ; PORT LAYER nwell ; RECT 0 0 1 1 ; END END VPB END FILL
MACRO DIODE CLASS CORE ANTENNACELL ; SIZE 1 BY 2 ; PIN A DIRECTION INPUT ; END A END DIODE
END LIBRARY
"""

SMALL_DEF = r"""
VERSION 5.8 ;
DIVIDERCHAR "/" ;
BUSBITCHARS "[]" ;
DESIGN small ;
UNITS DISTANCE MICRONS 2000 ;
PROPERTYDEFINITIONS DESIGN END "x ;" STRING ; END PROPERTYDEFINITIONS
DIEAREA ( 0 0 ) ( 20000 12000 ) ;
ROW row_0 unit 2000 2000 N DO 16 BY 1 STEP 1000 0 ;
ROW row_1 unit 2000 6000 FS DO 16 BY 1 STEP 1000 0 ;
TRACKS X 230 DO 157 STEP 460 LAYER m1 ;
VIAS 1 ; - G + VIARULE R + CUTSIZE 400 400 + LAYERS m1 v1 m2 + CUTSPACING 200 200 + ENCLOSURE 20 40 60 80
  + ROWCOL 1 2 ; END VIAS
NONDEFAULTRULES 1 ; - WIDE + LAYER m1 WIDTH 800 SPACING 400 + LAYER m2 WIDTH 1000 ; END NONDEFAULTRULES
COMPONENTS 6 ;
 - u1 INV + PLACED ( 2000 2000 ) N ;
 - u\[2\] DFF + FIXED ( 6000 6000 ) FS ;
 - ck INV + SOURCE TIMING + PLACED ( 4000 2000 ) FN ;
 - f1 FILL + SOURCE DIST + PLACED ( 14000 2000 ) N ;
 - t1 TAP + SOURCE DIST + FIXED ( 15000 2000 ) N ;
 - d1 DIODE + SOURCE TIMING + PLACED ( 16000 2000 ) N ;
END COMPONENTS
PINS 2 ;
 - in\[0\] + NET in\[0\] + DIRECTION INPUT + USE SIGNAL
   + PORT + LAYER m2 ( -200 -400 ) ( 200 0 ) + PLACED ( 4000 12000 ) E ;
 - VDD + NET VDD + SPECIAL + DIRECTION INOUT + USE POWER ;
END PINS
BLOCKAGES 1 ; - PLACEMENT RECT ( 0 0 ) ( 1 1 ) ; END BLOCKAGES
SPECIALNETS 1 ;
 - VDD ( * VDD ) + USE POWER + ROUTED m1 480 + SHAPE FOLLOWPIN ( 2000 6000 ) ( 18000 6000 )
   NEW m1 0 + SHAPE STRIPE ( 4000 6000 ) G DO 2 BY 1 STEP 4000 0 ;
END SPECIALNETS
NETS 3 ;
 - in\[0\] ( PIN in\[0\] ) ( u1 A ) ( d1 A ) + USE SIGNAL
   + ROUTED m2 ( 4000 12000 0 ) ( * 4000 ) V ( 3000 * ) NEW m1 TAPER ( 3000 4000 ) RECT ( -100 -100 300 100 ) ;
 - clk ( u1 Y ) ( ck A ) + USE CLOCK + NONDEFAULTRULE WIDE + ROUTED m1 ( 4000 3000 ) ( 6000 * 100 ) ;
 - gck ( ck Y ) ( u\[2\] CK ) + USE CLOCK ;
END NETS
END DESIGN
"""


@pytest.fixture(scope="session")
def small_text() -> str:
    """Return the DEF of six cells."""
    return SMALL_DEF


@pytest.fixture(scope="session")
def small_lef_text() -> str:
    """Return the LEF of two metals and five cells."""
    return SMALL_LEF


@pytest.fixture(scope="session")
def small_lef() -> Lef:
    """Return a technology of two metals and five cells."""
    return read_lef(SMALL_LEF.splitlines())


@pytest.fixture(scope="session")
def small(small_lef: Lef) -> Layout:
    """Return a layout of six cells."""
    return read_def(SMALL_DEF.splitlines(), small_lef)
