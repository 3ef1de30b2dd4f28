# A buffer tree from the clock port to every register. Only designs with registers have this stage.

source ../scripts/common.tcl

namespace eval tinydwn {

# As many registers on one buffer as the Liberty file allows, where it does.
proc most_sinks {} {
  set most [platform most_fanout]
  return [expr { $most > 0 ? [list -sink_clustering_size $most] : {} }]
}

proc clock {} {
  read_stage place
  # The database holds no parasitics; without them, wires would cost the clock's repair nothing.
  estimate_parasitics -placement
  repair_clock_inverters
  # Loads without use, which make branches of the tree alike, cost more area and power than the skew is worth.
  clock_tree_synthesis -root_buf [platform clock_buffer] -buf_list [platform clock_buffer] \
    -sink_clustering_enable -sink_clustering_max_diameter 100 {*}[most_sinks] -dont_use_dummy_load
  repair_clock_nets
  detailed_placement
  check_placement -verbose
  write_stage
  finish clock
}

}

tinydwn::clock
