# From netlist to floorplan: core and rows, tracks, tap cells, power grid.

source ../scripts/common.tcl

namespace eval tinydwn {

proc read_netlist {} {
  set netlist [file join .. netlist [setting top].v]
  require_files [list $netlist [setting tech_lef] {*}[setting cell_lef] {*}[setting liberty]]
  read_timing
  read_lef [setting tech_lef]
  foreach file [setting cell_lef] {
    read_lef $file
  }
  read_verilog $netlist
  link_design [setting top]
  constrain
  wire_figures
}

# The site's width and height in um, from the technology.
proc site_size {} {
  foreach library [[ord::get_db] getLibs] {
    set site [$library findSite [platform site]]
    if { $site ne "NULL" } {
      set unit [expr { double([[ord::get_db_block] getDbUnitsPerMicron]) }]
      return [list [expr { [$site getWidth] / $unit }] [expr { [$site getHeight] / $unit }]]
    }
  }
  complain "no LEF has the site [platform site]"
  require_no_complaints
}

# The distance between wires of a layer, across their direction.
proc layer_pitch { name method } {
  set layer [[ord::get_db_tech] findLayer $name]
  if { $layer eq "NULL" } {
    complain "the technology has no layer $name"
    require_no_complaints
  }
  return [expr { [$layer $method] / double([[ord::get_db_block] getDbUnitsPerMicron]) }]
}

proc lay_out {} {
  lassign [cells] area count
  if { $count == 0 } {
    complain "the netlist has no cells"
    require_no_complaints
  }
  lassign [site_size] site_width row_height
  set horizontal [layer_pitch [platform pins_horizontal] getPitchY]
  set vertical [layer_pitch [platform pins_vertical] getPitchX]
  lassign [core_size $area [setting room_in_pins] [setting utilization] [setting least_core_edge] \
    $site_width $row_height $horizontal $vertical] width height reason
  puts "tinydwn: floorplan: $count cells, $area um2, [pins] pins, core $width x $height um, sized by its $reason"
  set left [round_up [platform core_margin] $site_width]
  set bottom [round_up [platform core_margin] $row_height]
  initialize_floorplan -site [platform site] \
    -die_area [list 0 0 [expr { $width + 2 * $left }] [expr { $height + 2 * $bottom }]] \
    -core_area [list $left $bottom [expr { $left + $width }] [expr { $bottom + $height }]]
  utl::metric_float "tinydwn__netlist__cells" $count
  utl::metric_float "tinydwn__netlist__area" $area
  utl::metric_float "tinydwn__core__area" [expr { $width * $height }]
  utl::metric "tinydwn__core__sized_by" $reason
  return [list $width $height]
}

proc lay_tracks {} {
  if { [llength [platform tracks]] == 0 } {
    make_tracks
  }
  foreach { layer x_offset x_pitch y_offset y_pitch } [platform tracks] {
    make_tracks $layer -x_offset $x_offset -x_pitch $x_pitch -y_offset $y_offset -y_pitch $y_pitch
  }
}

proc lay_power { width height } {
  foreach { pattern } [platform power_pins] {
    add_global_connection -net VDD -inst_pattern {.*} -pin_pattern $pattern -power
  }
  foreach { pattern } [platform ground_pins] {
    add_global_connection -net VSS -inst_pattern {.*} -pin_pattern $pattern -ground
  }
  global_connect
  set_voltage_domain -name CORE -power VDD -ground VSS
  lassign [platform rail] rail_layer rail_width
  lassign [platform vertical_strap] vertical_layer vertical_width vertical_pitch
  lassign [platform horizontal_strap] horizontal_layer horizontal_width horizontal_pitch
  define_pdn_grid -name grid -voltage_domains CORE -pins $horizontal_layer
  add_pdn_stripe -grid grid -layer $rail_layer -width $rail_width -followpins
  lassign [strap_pitch $width $vertical_pitch [platform strap_grid]] pitch offset
  add_pdn_stripe -grid grid -layer $vertical_layer -width $vertical_width -pitch $pitch -offset $offset
  lassign [strap_pitch $height $horizontal_pitch [platform strap_grid]] pitch offset
  add_pdn_stripe -grid grid -layer $horizontal_layer -width $horizontal_width -pitch $pitch -offset $offset
  add_pdn_connect -grid grid -layers [list $rail_layer $vertical_layer]
  add_pdn_connect -grid grid -layers [list $vertical_layer $horizontal_layer]
  pdngen
}

proc floorplan {} {
  read_netlist
  lassign [lay_out] width height
  lay_tracks
  if { [platform tap_cell] ne "" } {
    tapcell -distance [tap_distance $width [platform tap_distance]] -tapcell_master [platform tap_cell]
  }
  lay_power $width $height
  write_stage
  finish floorplan
}

}

tinydwn::floorplan
