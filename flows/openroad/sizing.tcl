# How large a core must be, as arithmetic: no command of OpenROAD is used here. Lengths are in um, areas in um2.

namespace eval tinydwn {

# The smallest multiple of `step` that is at least `length`; a hair of rounding does not add a step.
proc round_up { length step } {
  return [expr { ceil($length / double($step) - 1e-6) * $step }]
}

# The edge of a square die on which `pins` find room: one pin takes two tracks, and three quarters of the
# places are used, for corners and the power straps take the rest.
proc edge_for_pins { pins horizontal_pitch vertical_pitch } {
  return [expr { $pins / (0.75 * (1.0 / $horizontal_pitch + 1.0 / $vertical_pitch)) }]
}

# Width and height of the core, in whole sites and an even number of rows.
#
# The longest of three wishes decides: the cells at the wished utilization, the least edge that the power grid
# is made for, and the die's perimeter for the pins. Which one it was is the third value: cells, grid or pins.
proc core_size { cell_area pins utilization least_edge site_width row_height horizontal_pitch vertical_pitch } {
  if { $utilization <= 0 || $utilization > 1 } {
    error "utilization $utilization is not above 0 and at most 1"
  }
  set edges [list \
    [list [expr { sqrt($cell_area / double($utilization)) }] cells] \
    [list [expr { double($least_edge) }] grid] \
    [list [edge_for_pins $pins $horizontal_pitch $vertical_pitch] pins]]
  lassign [lindex [lsort -real -decreasing -index 0 $edges] 0] edge reason
  # Two rows and four sites are the least in which a tap cell and a cell stand beside each other.
  set width [round_up [expr { max($edge, 4 * $site_width) }] $site_width]
  set height [round_up [expr { max($edge, 2 * $row_height) }] [expr { 2 * $row_height }]]
  return [list $width $height $reason]
}

# Pitch and offset of the power straps along an edge: the platform's own where the core has room for a strap of
# each net, else a pitch that puts one strap of each net at about one and two thirds of the core.
proc strap_pitch { extent pitch grid } {
  if { $extent < 1.25 * $pitch } {
    set pitch [expr { $extent / 1.4 }]
  }
  # Half a pitch lies between the straps of both nets, so it is in whole steps of the grid too.
  set half [expr { floor($pitch / (2.0 * $grid) + 1e-6) * $grid }]
  return [list [expr { 2 * $half }] $half]
}

# The distance of tap cells: no row has one where its end is nearer than that, so it is at most half a row.
proc tap_distance { width distance } {
  return [expr { min(double($distance), $width / 2.0) }]
}

# The density that global placement aims at: above the uniform one, so that few cells on a large core stay together,
# and never below it.
proc target_density { uniform } {
  return [expr { min(max($uniform + 0.17, 0.25), max($uniform, 0.95)) }]
}

}
