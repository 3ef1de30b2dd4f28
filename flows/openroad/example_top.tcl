# Two macros side by side in a design of their own, placed and routed: openroad -exit example_top.tcl

namespace eval tinydwn {

proc setting { name } {
  variable settings
  return [dict get $settings $name]
}

proc platform { name } {
  variable platform
  return [dict get $platform $name]
}

proc read_all {} {
  foreach file [setting liberty] {
    read_liberty $file
  }
  foreach file [setting lef] {
    read_lef $file
  }
  read_verilog example_top.v
  link_design example_top
  if { [setting clock_port] ne "" } {
    create_clock -name core_clock -period [setting period] [get_ports [setting clock_port]]
  }
}

proc lay_out {} {
  initialize_floorplan -site [platform site] -die_area [setting die] -core_area [setting core]
  if { [llength [platform tracks]] == 0 } {
    make_tracks
  }
  foreach { layer x_offset x_pitch y_offset y_pitch } [platform tracks] {
    make_tracks $layer -x_offset $x_offset -x_pitch $x_pitch -y_offset $y_offset -y_pitch $y_pitch
  }
}

# Both stand firm: the gap between them is for wires.
proc place_macros {} {
  set block [ord::get_db_block]
  set unit [$block getDbUnitsPerMicron]
  foreach { name x y } [setting places] {
    set instance [$block findInst $name]
    $instance setOrient R0
    $instance setLocation [expr { round($x * $unit) }] [expr { round($y * $unit) }]
    $instance setPlacementStatus FIRM
  }
}

# The macros' supply pins belong to the supply; straps across both are for the design that takes them to draw.
proc connect_supply {} {
  add_global_connection -net VDD -inst_pattern {.*} -pin_pattern {^VDD$} -power
  add_global_connection -net VSS -inst_pattern {.*} -pin_pattern {^VSS$} -ground
  global_connect
}

proc route {} {
  foreach { layers adjustment } [platform layer_adjustment] {
    set_global_routing_layer_adjustment $layers $adjustment
  }
  set_routing_layers -signal [platform signal_layers] -clock [platform clock_layers]
  place_pins -hor_layers [platform pins_horizontal] -ver_layers [platform pins_vertical]
  global_route -guide_file example_top.guide
  detailed_route -output_drc example_top.drc.rpt
}

proc example_top {} {
  read_all
  lay_out
  place_macros
  connect_supply
  route
  report_checks -path_delay max
  write_def example_top.def
  write_verilog example_top.routed.v
  puts "tinydwn: example_top done"
}

}

tinydwn::example_top
