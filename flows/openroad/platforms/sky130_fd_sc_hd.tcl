# SkyWater 130 nm, high density cells. This order of commands, with these figures, was seen to end clean.
# Layer and via figures: OpenROAD-flow-scripts 8c009b0b, flow/platforms/sky130hd (BSD-3-Clause). kohm and pF per um.

namespace eval tinydwn {
variable platform [dict create \
  site unithd \
  core_margin 4.0 \
  tracks {} \
  tap_cell sky130_fd_sc_hd__tapvpwrvgnd_1 \
  tap_distance 14 \
  power_pins { {^VPWR$} {^VPB$} } \
  ground_pins { {^VGND$} {^VNB$} } \
  supply_voltage 1.8 \
  rail { met1 0.48 } \
  vertical_strap { met4 1.6 27.14 } \
  horizontal_strap { met5 1.6 27.2 } \
  strap_grid 0.01 \
  pins_horizontal met3 \
  pins_vertical met2 \
  signal_layers met1-met5 \
  clock_layers met3-met5 \
  layer_adjustment { met1-met5 0.2 } \
  layer_rc {
    li1  7.176e-02   1.499e-04
    met1 1.20565e-03 1.72375e-04
    met2 1.22132e-03 1.36233e-04
    met3 1.66281e-04 2.14962e-04
    met4 1.68093e-04 1.48128e-04
    met5 1.83558e-05 1.54087e-04
  } \
  via_rc {
    mcon 9.249146e-3
    via  4.5e-3
    via2 3.368786e-3
    via3 0.376635e-3
    via4 0.00580e-3
  } \
  signal_rc_layer met1 \
  clock_rc_layer met3 \
  dont_use { sky130_fd_sc_hd__probe* sky130_fd_sc_hd__lpflow* } \
  clock_buffer sky130_fd_sc_hd__clkbuf_4 \
  most_fanout 0 \
  fill_cells sky130_fd_sc_hd__fill_* \
  idle_cells { sky130_fd_sc_hd__tap* sky130_fd_sc_hd__fill_* }]
}
