"""Refuting: exact points of the domain where ball arithmetic certifies a difference."""
