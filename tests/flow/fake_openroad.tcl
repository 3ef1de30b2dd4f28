# Runs a stage's script with every command of OpenROAD a stub that checks its options, notes the call and, where
# the real one writes, writes. Arguments: known options, notes, a real run to play back, stage and kind of fault,
# then OpenROAD's own.

lassign $argv known_file calls played fault_stage fault
source $known_file
set script [lindex $argv end]
set stage [file rootname [file tail $script]]
set metrics {}
set top [file rootname [file tail [lindex [glob -nocomplain ../netlist/*.v] 0]]]
set drc_rounds 2
if { $stage ne $fault_stage } { set fault "" }

proc note { words } {
  set notes [open $::calls a]
  puts $notes "$::stage\t[join $words \t]"
  close $notes
}

proc check { name arguments } {
  for { set place 0 } { $place < [llength $arguments] } { incr place } {
    set word [lindex $arguments $place]
    if { ![regexp {^-[a-z]} $word] } { continue }
    if { $word in $::known($name) } {
      incr place
      if { $place == [llength $arguments] } { error "$name: $word lacks its value" }
    } elseif { $word ni $::flags($name) } {
      error "$name: no option $word"
    }
  }
}

proc give { file text } {
  set handle [open $file w]
  puts -nonewline $handle $text
  close $handle
}

proc real { name } {
  set handle [open [file join $::played $name]]
  set text [read $handle]
  close $handle
  return $text
}

proc say_log {} { puts [real log.txt] }

foreach name [array names known] {
  if { [info commands $name] eq "" } {
    proc $name { args } "note \[list $name {*}\$args\]; check $name \$args; return {}"
  }
}

# What writes, or answers.
foreach { name body } {
  write_db       { give [lindex $args end] "odb after $::stage" }
  write_def      { give [lindex $args end] "VERSION 5.8 ;\nEND DESIGN\n" }
  write_verilog  { give [lindex $args end] [read [open [expr {
      [info exists ::env(FAKE_LAYOUT)] ? $::env(FAKE_LAYOUT) : "../netlist/$::top.v" }]]] }
  write_abstract_lef { give [lindex $args end] "VERSION 5.8 ;\nMACRO $::top\nEND $::top\nEND LIBRARY\n" }
  write_timing_model { if { [info exists ::env(FAKE_NO_MODEL)] } { error "no model of $::top" }
    give [lindex $args end] "library ($::top) { }\n" }
  write_sdf      { give [lindex $args end] "(DELAYFILE)\n" }
  write_sdc      { give [lindex $args end] "create_clock\n" }
  write_spef     { give [lindex $args end] "*SPEF\n" }
  read_db        { if { ![file exists [lindex $args end]] } { error "no [lindex $args end]" } }
  all_inputs     { return {a b} }
  all_outputs    { return {y} }
  all_clocks     { return core_clock }
  get_ports      { return [lindex $args end] }
  detailed_route_num_drvs { return 0 }
  design_is_routed { return [expr { [info exists ::env(FAKE_ROUTED)] ? $::env(FAKE_ROUTED) : 1 }] }
  check_antennas { return [expr { [incr ::drc_rounds -1] > 0 }] }
  detailed_route { give drc.rpt [real drc.rpt]; say_log }
  estimate_parasitics { if { "-spef_file" in $args } { give [lindex $args end] "*SPEF estimated\n" } }
  worst_slack    { return [expr { [info exists ::env(FAKE_SLACK)] ? $::env(FAKE_SLACK) : 0.64 }] }
  report_worst_slack_metric { lappend ::metrics "\"timing__[string range [lindex $args 0] 1 end]__ws\": 0.64" }
  analyze_power_grid { if { [info exists ::env(FAKE_NO_SOURCE)] } { error "no source on [lindex $args end]" }
    lappend ::metrics "\"design_powergrid__drop__worst__net:[lindex $args end]__corner:default\": 0.002" }
  report_power_metric { lappend ::metrics {"power__total": 0.000462} }
} {
  rename $name plain_$name
  proc $name { args } "plain_$name {*}\$args; $body"
}

# The database: two cells and a tap of sky130, and the pins of a small chip.
namespace eval ord {
  proc get_db {} { return object }
  proc get_db_block {} { return object }
  proc get_db_tech {} { return object }
}
namespace eval sta {
  foreach kind { slew capacitance fanout } {
    proc max_${kind}_violation_count {} { return [expr { [info exists ::env(FAKE_LIMITS)] ? $::env(FAKE_LIMITS) : 0 }] }
  }
}
namespace eval gpl {
  proc get_global_placement_uniform_density {} { return 0.40 }
}
namespace eval utl {
  proc metric { name text } { lappend ::metrics "\"$name\": \"$text\"" }
  proc metric_float { name value } { lappend ::metrics "\"$name\": $value" }
}
proc object { method args } {
  switch $method {
    getDbUnitsPerMicron { return 1000 }
    getInsts {
      set more [expr { [info exists ::env(FAKE_CELLS)] ? $::env(FAKE_CELLS) : 1 }]
      return [concat [lrepeat $more and] inverter tap]
    }
    getBTerms { return {pin pin pin supply} }
    findInst { return placed }
    getNets { return {wired unread power} }
    getLibs { return object }
    findLayer - findSite { return [lindex $args 0] }
    default { error "no method $method" }
  }
}
foreach { name master width } {
  and sky130_fd_sc_hd__and2_1 2300 inverter sky130_fd_sc_hd__inv_1 1380 tap sky130_fd_sc_hd__tapvpwrvgnd_1 460
} {
  proc $name { method } [format {
    switch $method { getMaster { return %s } default { error "no method $method" } }
  } $master]
  proc $master { method } [format {
    switch $method {
      getName { return %s }
      getWidth { return %d }
      getHeight { return 2720 }
      default { error "no method $method" }
    }
  } $master $width]
}
proc net { name kind ends method } {
  switch $method {
    getName { return $name }
    getSigType { return $kind }
    getITerms { return [lrepeat $ends end] }
    getBTerms { return {end} }
  }
}
proc placed { args } { note [list place {*}$args] }
interp alias {} wired {} net wired SIGNAL 2
interp alias {} unread {} net unread SIGNAL 0
interp alias {} power {} net power POWER 9
proc pin { method } { return SIGNAL }
proc supply { method } { return POWER }
proc met2 { method } { return 460 }
proc met3 { method } { return 680 }
proc unithd { method } { return [expr { $method eq "getWidth" ? 460 : 2720 }] }
proc metal5 { method } { return 280 }
proc metal6 { method } { return 280 }
proc FreePDK45_38x28_10R_NP_162NW_34O { method } { return [expr { $method eq "getWidth" ? 190 : 1400 }] }
proc Metal2 { method } { return 480 }
proc Metal3 { method } { return 420 }
proc CoreSite { method } { return [expr { $method eq "getWidth" ? 480 : 3780 }] }

proc end { status } {
  if { [info commands halve] ne "" } { halve }
  if { "-metrics" in $::argv } {
    set text "{\n\t[join $::metrics ",\n\t"]\n}"
    if { $::stage eq "route" } { set text [real metrics.json] }
    give [lindex $::argv [expr { [lsearch $::argv -metrics] + 1 }]] $text
  }
  flush stdout
  exit $status
}

switch $fault {
  hang { puts "\[INFO GPL-0001\] begun"; flush stdout; after 600000 }
  die { puts "\[INFO GPL-0001\] begun"; flush stdout; exec kill -SEGV [pid] }
  fail { say_log; end 1 }
  lie { say_log; end 0 }
  quiet { end 0 }
  half {
    # What the script was told of the file's size is no longer true when the program has ended.
    proc halve {} { give $::top.odb "odb a" }
  }
}
if { [catch { uplevel #0 [list source $script] } message] } {
  puts "Error: [file tail $script], 1 $message"
  end 1
}
end 0
