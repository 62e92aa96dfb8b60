"""How far a run is: one moving line on a terminal, one line for each tenth elsewhere."""

import threading
import time
from typing import Any

from tenants.fleet.waves import Tally

_WIDTH = 30


class Bar:
    """Draws a tally again and again."""

    def __init__(self, out: Any) -> None:
        self.out = out
        self.moves = out.isatty()
        self.began = time.monotonic()
        self.drawn = -1.0
        self.lock = threading.Lock()

    def show(self, tally: Tally) -> None:
        """Draw when there is something new to see; called from several threads."""
        step = 0.1 if self.moves else 1
        mark = time.monotonic() // step if self.moves else 10 * tally.tried // max(1, tally.total)
        with self.lock:
            if mark > self.drawn and (self.moves or mark):
                self.drawn = mark
                self._write(tally)

    def end(self, tally: Tally) -> None:
        """The last state, on a line of its own."""
        self._write(tally)
        if self.moves:
            self.out.write("")

    def _write(self, tally: Tally) -> None:
        full = _WIDTH * tally.tried // max(1, tally.total)
        words = f"[{'#' * full}{'.' * (_WIDTH - full)}] {tally.tried:,} of {tally.total:,}"
        words += f", {tally.waiting} busy" if tally.waiting else ""
        words += f", {len(tally.failed)} failed" if tally.failed else ""
        words += f"  {time.monotonic() - self.began:.1f} s"
        self.out.write(f"\r{words:<78}" if self.moves else words, ending="" if self.moves else "\n")
        self.out.flush()
