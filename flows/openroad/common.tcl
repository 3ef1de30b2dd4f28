# What every stage needs: settings, the platform, reading and writing.
#
# A stage runs in a folder of its own beside `scripts`, reads the database of the stage before it, and ends with
# a line that says so: a run without that line has failed, whatever its exit status.

namespace eval tinydwn {
variable complaints {}

# A value of settings.tcl; an unknown name is an error.
proc setting { name } {
  variable settings
  return [dict get $settings $name]
}

# A value of the platform's file; an unknown name is an error.
proc platform { name } {
  variable platform
  return [dict get $platform $name]
}

# Note what is wrong and go on: a stage tells everything that it can find before it ends.
proc complain { text } {
  variable complaints
  lappend complaints $text
  puts "tinydwn: complaint: $text"
}

# End the stage if anything was complained about.
proc require_no_complaints {} {
  variable complaints
  if { [llength $complaints] > 0 } {
    error "tinydwn: [llength $complaints] complaints"
  }
}

proc require_files { names } {
  foreach name $names {
    if { ![file isfile $name] } {
      complain "missing file: $name"
    } elseif { [file size $name] == 0 } {
      complain "empty file: $name"
    }
  }
  require_no_complaints
}

proc read_timing {} {
  require_files [setting liberty]
  foreach file [setting liberty] {
    read_liberty $file
  }
}

# Go on from another stage's database. Constraints and wire figures are not part of it and are set again.
proc read_stage { stage } {
  set database [file join .. $stage [setting top].odb]
  require_files [list $database]
  read_timing
  read_db $database
  constrain
  wire_figures
}

proc has_clock {} {
  return [expr { [setting clock_port] ne "" }]
}

# The constraints of every tool, and the cells that OpenROAD may not choose.
proc constrain {} {
  uplevel #0 source ../scripts/constraint.sdc
  set_dont_use [platform dont_use]
}

# Resistance and capacitance of wires and vias, in the units of the Liberty file.
proc wire_figures {} {
  foreach { layer resistance capacitance } [platform layer_rc] {
    set_layer_rc -layer $layer -resistance $resistance -capacitance $capacitance
  }
  foreach { via resistance } [platform via_rc] {
    set_layer_rc -via $via -resistance $resistance
  }
  set_wire_rc -signal -layer [platform signal_rc_layer]
  set_wire_rc -clock -layer [platform clock_rc_layer]
}

proc limit_routing {} {
  foreach { layers adjustment } [platform layer_adjustment] {
    set_global_routing_layer_adjustment $layers $adjustment
  }
  set_routing_layers -signal [platform signal_layers] -clock [platform clock_layers]
}

# The area of all cells but taps and fill, in um2, and their number.
proc cells {} {
  set block [ord::get_db_block]
  set unit [expr { double([$block getDbUnitsPerMicron]) }]
  set area 0.0
  set count 0
  foreach instance [$block getInsts] {
    set master [$instance getMaster]
    set name [$master getName]
    set idle 0
    foreach pattern [platform idle_cells] {
      if { [string match $pattern $name] } {
        set idle 1
      }
    }
    if { !$idle } {
      set area [expr { $area + ([$master getWidth] / $unit) * ([$master getHeight] / $unit) }]
      incr count
    }
  }
  return [list $area $count]
}

# The number of signal pins of the design.
proc pins {} {
  set count 0
  foreach pin [[ord::get_db_block] getBTerms] {
    if { [$pin getSigType] ni { POWER GROUND } } {
      incr count
    }
  }
  return $count
}

# Say that a file is whole, with its size, so that a reader can tell when a part of it is missing.
proc wrote { name } {
  puts "tinydwn: wrote $name [file size $name]"
}

proc write_stage {} {
  set database [setting top].odb
  write_db $database
  wrote $database
}

# The last line of a stage that went well.
proc finish { stage } {
  require_no_complaints
  puts "tinydwn: stage $stage done"
}

}

source ../scripts/sizing.tcl
source ../scripts/settings.tcl
source ../scripts/platform.tcl
