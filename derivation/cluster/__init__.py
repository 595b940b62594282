"""Training and checking on several machines, through dask.distributed (extra `cluster`).

    connection   from an address to a client
    shards       what a worker holds: some blocks of the data, and the engine for them
    engine       an engine whose blocks lie on the workers
    training     `derive train --cluster`
    claims       `derive check --batch --cluster`

Data are cut into fixed blocks wherever they lie, and only sums over whole blocks travel; their
total is exact. So coefficients have the same bits for any number of workers, and for none. What a
lost worker held is made anew on another one from what the scheduler keeps.
"""

from __future__ import annotations

__all__: list[str] = []
