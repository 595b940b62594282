"""Formulas as Python: functions over whole columns, their grouping kept as it was proved."""
