# Setup and hold repaired, cells mirrored for shorter wires, every cell checked to stand where it may.

source ../scripts/common.tcl

namespace eval tinydwn {

proc timing {} {
  read_stage [setting before_timing]
  if { [has_clock] } {
    set_propagated_clock [all_clocks]
  }
  estimate_parasitics -placement
  repair_timing -skip_gate_cloning
  detailed_placement
  optimize_mirroring
  check_placement -verbose
  write_stage
  finish timing
}

}

tinydwn::timing
