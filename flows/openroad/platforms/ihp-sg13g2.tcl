# IHP 130 nm. Figures: OpenROAD-flow-scripts 8c009b0b, flow/platforms/ihp-sg13g2 (BSD-3-Clause). kohm and pF per um.

namespace eval tinydwn {
variable platform [dict create \
  site CoreSite \
  core_margin 7.5 \
  tracks {
    Metal1 0.0 0.48 0.0 0.42
    Metal2 0.0 0.48 0.0 0.42
    Metal3 0.0 0.48 0.0 0.42
    Metal4 0.0 0.48 0.0 0.42
    Metal5 0.0 0.48 0.0 0.42
    TopMetal1 1.64 3.28 1.64 3.28
    TopMetal2 2.0 4.0 2.0 4.0
  } \
  tap_cell {} \
  tap_distance 0 \
  power_pins { {^VDD$} } \
  ground_pins { {^VSS$} } \
  supply_voltage 1.2 \
  rail { Metal1 0.44 } \
  vertical_strap { TopMetal1 2.2 37.8 } \
  horizontal_strap { TopMetal2 2.2 37.8 } \
  strap_grid 0.01 \
  pins_horizontal Metal3 \
  pins_vertical Metal2 \
  signal_layers Metal2-Metal5 \
  clock_layers Metal2-Metal5 \
  layer_adjustment { Metal2-Metal5 0.05 } \
  layer_rc {
    Metal1 8.54576e-03 1.0e-10
    Metal2 4.40000e-04 1.69121e-04
    Metal3 4.40000e-04 1.82832e-04
    Metal4 4.39998e-04 1.66454e-04
    Metal5 4.40004e-04 8.57431e-05
  } \
  via_rc {
    Via1 2.0e-3
    Via2 2.0e-3
    Via3 2.0e-3
    Via4 2.0e-3
    TopVia1 0.4e-3
    TopVia2 0.22e-3
  } \
  signal_rc_layer Metal3 \
  clock_rc_layer Metal3 \
  dont_use { sg13g2_lgcp_1 sg13g2_sighold sg13g2_slgcp_1 sg13g2_dfrbp_2 } \
  clock_buffer sg13g2_buf_4 \
  most_fanout 8 \
  fill_cells sg13g2_fill_* \
  idle_cells { sg13g2_fill_* }]
}
