"""The `frames` executor: the same plan on Polars, for files too large for rows of Python's.

Columns are read as text in streaming batches. What Polars can show to be sound passes in bulk;
every other value goes to the very same judges and watchers that the `rows` executor uses, so that
there is one truth. Keys and references are kept as hashes of 128 bits, and what they find to be
wrong is confirmed on the text. A file whose structure is not plainly sound is left to the `rows`
executor.
"""

from __future__ import annotations

from importlib.util import find_spec


def available() -> bool:
    """Whether Polars is installed."""
    return find_spec("polars") is not None
