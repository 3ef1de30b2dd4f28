"""FPGAs: from a bundle to a placed and routed design and its bitstream, by Yosys and nextpnr."""
