"""The checks of a claim, one a module: each finds what a claim says beyond its sources."""
