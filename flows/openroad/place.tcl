# Cells and pins to their places, drivers strong enough for their wires.

source ../scripts/common.tcl

namespace eval tinydwn {

# Routing decides the spread of cells only where there are enough of them to crowd.
proc place_globally { density count } {
  if { $count >= 300 } {
    global_placement -density $density -routability_driven
  } else {
    global_placement -density $density
  }
}

# Where a side was chosen, the bits of a word stay together on it, in their order.
proc hold_pins {} {
  foreach { side pins } [setting pin_groups] {
    set together [expr { [llength $pins] > 1 ? {-group -order} : {} }]
    set_io_pin_constraint -region $side:* -pin_names $pins {*}$together
  }
}

proc place {} {
  read_stage floorplan
  hold_pins
  limit_routing
  set density [target_density [gpl::get_global_placement_uniform_density]]
  lassign [cells] area count
  global_placement -skip_io -density $density
  place_pins -hor_layers [platform pins_horizontal] -ver_layers [platform pins_vertical]
  place_globally $density $count
  estimate_parasitics -placement
  # Constants keep the one tie cell that the netlist gives them: one for every load would be larger than its wires.
  repair_design
  detailed_placement
  check_placement -verbose
  write_stage
  finish place
}

}

tinydwn::place
