# Nangate 45 nm open cell library, an academic technology. Figures: OpenROAD-flow-scripts 8c009b0b,
# flow/platforms/nangate45 (BSD-3-Clause). kohm and fF per um.

namespace eval tinydwn {
variable platform [dict create \
  site FreePDK45_38x28_10R_NP_162NW_34O \
  core_margin 2.8 \
  tracks {
    metal1 0.095 0.19 0.07 0.14
    metal2 0.095 0.19 0.07 0.14
    metal3 0.095 0.19 0.07 0.14
    metal4 0.095 0.28 0.07 0.28
    metal5 0.095 0.28 0.07 0.28
    metal6 0.095 0.28 0.07 0.28
    metal7 0.095 0.8 0.07 0.8
    metal8 0.095 0.8 0.07 0.8
    metal9 0.095 1.6 0.07 1.6
    metal10 0.095 1.6 0.07 1.6
  } \
  tap_cell TAPCELL_X1 \
  tap_distance 120 \
  power_pins { {^VDD$} } \
  ground_pins { {^VSS$} } \
  supply_voltage 1.1 \
  rail { metal1 0.17 } \
  vertical_strap { metal4 0.48 28 } \
  horizontal_strap { metal7 1.4 30 } \
  strap_grid 0.01 \
  pins_horizontal metal5 \
  pins_vertical metal6 \
  signal_layers metal2-metal10 \
  clock_layers metal4-metal10 \
  layer_adjustment { metal2-metal3 0.5 metal4-metal10 0.25 } \
  layer_rc {
    metal1  5.4286e-03  7.41819e-02
    metal2  3.57167e-03 8.33611e-02
    metal3  3.57147e-03 1.03981e-01
    metal4  1.50001e-03 1.19150e-01
    metal5  1.50000e-03 1.09256e-01
    metal6  1.50000e-03 1.14168e-01
    metal7  1.87501e-04 1.17491e-01
    metal8  1.87501e-04 9.45346e-02
    metal9  3.74996e-05 1.06091e-01
    metal10 3.75000e-05 7.37095e-01
  } \
  via_rc {} \
  signal_rc_layer metal3 \
  clock_rc_layer metal5 \
  dont_use { AOI211_X1 OAI211_X1 } \
  clock_buffer BUF_X4 \
  most_fanout 0 \
  fill_cells FILLCELL_X* \
  idle_cells { TAPCELL_X1 FILLCELL_X* }]
}
