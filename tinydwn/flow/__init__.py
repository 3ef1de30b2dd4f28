"""Physical design: from a bundle to a placed and routed layout, by OpenROAD, LibreLane or OpenROAD-flow-scripts."""
