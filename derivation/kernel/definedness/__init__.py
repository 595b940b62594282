"""Where a term has a value: its conditions, and their discharge from the domain."""
