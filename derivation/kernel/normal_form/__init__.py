"""Proving: terms as quotients of polynomials in generators; equal where the difference is 0."""
