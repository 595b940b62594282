"""Matrices and vectors of symbolic shape: claims about them, decided by words and by instances."""
