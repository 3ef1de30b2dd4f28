# A buffer tree from the clock port to every register. Only designs with registers have this stage.

source ../scripts/common.tcl

namespace eval tinydwn {

proc clock {} {
  read_stage place
  # The database holds no parasitics; without them, wires would cost the clock's repair nothing.
  estimate_parasitics -placement
  repair_clock_inverters
  clock_tree_synthesis -root_buf [platform clock_buffer] -buf_list [platform clock_buffer] \
    -sink_clustering_enable -sink_clustering_max_diameter 100
  repair_clock_nets
  detailed_placement
  check_placement -verbose
  write_stage
  finish clock
}

}

tinydwn::clock
