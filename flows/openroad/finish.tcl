# Fill, extraction, figures, and the files to hand on.

source ../scripts/common.tcl

namespace eval tinydwn {

proc extract {} {
  set spef [setting top].spef
  if { [setting extraction_rules] ne "" } {
    define_process_corner -ext_model_index 0 X
    extract_parasitics -ext_model_file [setting extraction_rules]
    write_spef $spef
    utl::metric "tinydwn__parasitics" "extracted"
  } else {
    file copy -force [file join .. route [setting top].estimated.spef] $spef
    utl::metric "tinydwn__parasitics" "estimated from global routing"
  }
  read_spef $spef
  wrote $spef
}

# The nets that have something to connect: a port that nothing reads has no wire.
proc wired_nets {} {
  set names {}
  foreach net [[ord::get_db_block] getNets] {
    if { [$net getSigType] ni { POWER GROUND } && [llength [$net getITerms]] + [llength [$net getBTerms]] > 1 } {
      lappend names [$net getName]
    }
  }
  return $names
}

proc report {} {
  report_design_area
  report_cell_usage
  report_wire_length -net [wired_nets] -detailed_route -file wirelength.csv
  report_check_types -max_slew -max_capacitance -max_fanout -violators
  utl::metric_float "timing__drv__max_slew" [sta::max_slew_violation_count]
  utl::metric_float "timing__drv__max_cap" [sta::max_capacitance_violation_count]
  utl::metric_float "timing__drv__max_fanout" [sta::max_fanout_violation_count]
  report_checks -path_delay max
  report_checks -path_delay min
  report_worst_slack -max
  report_worst_slack -min
  report_tns
  report_power
  report_worst_slack_metric -setup
  report_worst_slack_metric -hold
  report_tns_metric -setup
  report_power_metric
  if { [has_clock] } {
    report_clock_skew
    report_clock_skew_metric -setup
  }
}

# Every shape of the supply hangs together, or the stage ends here; how far its voltage drops at the farthest cell,
# which is told to be missing where it cannot be analysed.
proc check_supply {} {
  foreach { net voltage } [list VDD [platform supply_voltage] VSS 0.0] {
    check_power_grid -net $net
    set_pdnsim_net_voltage -net $net -voltage $voltage
    if { [catch { analyze_power_grid -net $net } message] } {
      puts "tinydwn: remark: no analysis of $net: [lindex [split $message \n] 0]"
    }
  }
}

# Write a file for those who use the layout as a part of their own; what cannot be written is told and left out.
proc hand_on { name command } {
  if { [catch { uplevel #0 [list {*}$command $name] } message] } {
    file delete -force $name
    puts "tinydwn: remark: no $name: $message"
  } else {
    wrote $name
  }
}

proc finish_all {} {
  read_stage route
  if { [has_clock] } {
    set_propagated_clock [all_clocks]
  }
  lassign [cells] area count
  utl::metric_float "tinydwn__routed__cells" $count
  utl::metric_float "tinydwn__routed__area" $area
  filler_placement [platform fill_cells]
  # The repair of antennas has moved cells and added some since the last check.
  check_placement -verbose
  global_connect
  extract
  report
  check_supply
  set top [setting top]
  write_def $top.def
  wrote $top.def
  write_verilog -remove_cells [platform idle_cells] $top.routed.v
  wrote $top.routed.v
  hand_on $top.powered.v [list write_verilog -include_pwr_gnd]
  hand_on $top.lef write_abstract_lef
  hand_on $top.lib write_timing_model
  hand_on $top.sdf write_sdf
  hand_on $top.sdc write_sdc
  write_stage
  finish finish
}

}

tinydwn::finish_all
