# Wires, first roughly, then in detail, then again until no antenna is too long or the rounds are used up.

source ../scripts/common.tcl

namespace eval tinydwn {

proc route_in_detail {} {
  detailed_route -output_drc drc.rpt -no_pin_access
}

# Setup and hold once more, by the wires that global routing has found: they are longer than placement thought.
# What is moved or put in is placed and routed anew, and nothing else.
proc repair_routed_timing {} {
  estimate_parasitics -global_routing
  if { [worst_slack -max] >= 0 && [worst_slack -min] >= 0 } {
    return
  }
  puts "tinydwn: setup or hold is missed by the wires of global routing: repaired once more"
  repair_timing -skip_gate_cloning
  global_route -start_incremental -allow_congestion
  detailed_placement
  global_route -end_incremental
  check_placement -verbose
}

# Where there are no extraction rules, the guides' parasitics are the best that can be written.
proc estimate_wires {} {
  set spef [setting top].estimated.spef
  estimate_parasitics -global_routing -spef_file $spef
  wrote $spef
}

proc route {} {
  read_stage timing
  if { [has_clock] } {
    set_propagated_clock [all_clocks]
  }
  limit_routing
  pin_access
  global_route -guide_file route.guide -congestion_iterations 100
  repair_routed_timing
  repair_antennas -iterations 5
  if { [setting extraction_rules] eq "" } {
    estimate_wires
  }
  route_in_detail
  for { set round 0 } { [check_antennas] && $round < [setting antenna_rounds] } { incr round } {
    repair_antennas
    route_in_detail
  }
  utl::metric_float "tinydwn__antenna__nets" [check_antennas]
  utl::metric_float "tinydwn__antenna__rounds" $round
  utl::metric_float "tinydwn__drc" [detailed_route_num_drvs]
  if { ![design_is_routed] } {
    complain "nets without wires are left"
  }
  wrote drc.rpt
  write_stage
  finish route
}

}

tinydwn::route
