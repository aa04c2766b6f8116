"""One analysis with its report, part by part; run by ``bench_report.py``.

``python report_parts.py FOLDER``: the data of a trial by the protocol of the reference
trial. Prints seconds of processor time by part as JSON; imports come first, as a command
pays for them.
"""

from __future__ import annotations

import json
import sys
import time


class Clock:
    """Processor time by part; a part ends where the next one begins."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._part, self._since = "", time.process_time()

    def start(self, part: str) -> None:
        """Ends the part that runs, and starts another."""
        now = time.process_time()
        if self._part:
            spent = self.seconds.get(self._part, 0.0)
            self.seconds[self._part] = spent + now - self._since
        self._part, self._since = part, now


def main(folder: str) -> None:
    """Analyzes, reports and prints."""
    clock = Clock()
    clock.start("imports")
    import equipoise as eq
    from equipoise.analyze.run import analyze
    from equipoise.exchange.report_files import report

    clock.start("reading")
    protocol = eq.load_protocol("feder2021")
    data = eq.read_data(folder, protocol)
    clock.start("analysis")
    results = analyze(protocol, data)
    clock.start("report, checks")
    files = report(protocol, data, results, progress=clock.start).files
    clock.start("analysis again, nothing derived or imported before it is counted")
    again = eq.read_data(folder, protocol)
    clock.start("analysis, all imported")
    if len(data.participants) <= 60:
        analyze(protocol, again)
    clock.start("")
    print(
        json.dumps(
            {
                "participants": int(data.participants["arm"].notna().sum()),
                "estimates": len(results.estimates),
                "files": len(files),
                "seconds": clock.seconds,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
