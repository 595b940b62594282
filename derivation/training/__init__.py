"""What every generated trainer runs on: the standard library alone.

The modules here know nothing of a particular loss: what the theorems say comes in as `Formulas`.
The generator writes them into each generated module, so that such a module also works alone,
copied as one file. Therefore all top-level names here are distinct, and nothing is imported from
the rest of the package.
"""
