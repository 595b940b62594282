"""Generated modules, one a derivation: they import the standard library only."""
