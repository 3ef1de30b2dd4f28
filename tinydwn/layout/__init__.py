"""A routed design as plain values: read from LEF and DEF, counted, drawn, and written as GDS."""
