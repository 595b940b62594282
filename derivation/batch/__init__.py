"""Judging claims in processes that can be ended: `derive check`, for one claim and for millions.

    single    one equation of a person: text
    many      a stream of claims: JSON lines
    options   how they are judged
    pool      several workers at once, answers in the order of the lines
    worker    one process that answers one line at a time and may be lost
    lines     lines of a stream, in bounded memory
    progress  how far a batch is, on a terminal
    signals   ending in good order

A claim may run for ever, abort the arithmetic library or ask for all the memory there is. That
costs its own verdict, which is then UNDECIDED with the reason, and nothing else.
"""

from __future__ import annotations

import os

from derivation.errors import UnsupportedError

__all__: list[str] = []

if not hasattr(os, "fork"):
    raise UnsupportedError(
        "`derive check` judges claims in forked processes, which this system does not have; "
        "from Python, derivation.claims.check judges them in the process itself"
    )
