"""The same formulas as a C file, for compilers that turn loops into vector instructions."""
