"""A progress bar on stderr, for people on a terminal whose work takes longer than a second."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

_PATIENCE = 1.0
_EVERY = 0.1


class Bar:
    """Shown while its block runs, once that has taken a second; in a pipe it is never shown."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._wanted = not quiet and sys.stderr.isatty()
        self._state = ("", 0, 0)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> Bar:
        if self._wanted:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def tell(self, doing: str, done: int, total: int) -> None:
        """What is being done, and how many bytes of how many are behind."""
        self._state = (doing, done, total)

    def _show(self) -> None:
        if self._over.wait(_PATIENCE):
            return
        # Imported here: nobody who waits for less than a second should wait for these.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("")
            while not self._over.wait(_EVERY):
                doing, done, total = self._state
                progress.update(task, description=doing, completed=done, total=total or None)
