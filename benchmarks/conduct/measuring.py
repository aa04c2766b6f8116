"""What is measured beside the server: verification, and memory of processes.

As a program: ``python -m benchmarks.conduct.measuring FOLDER`` works every chain of a trial
out again, and says how many entries there were, how long it took and what was found.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

MB = 1024  # of the kB of /proc


def children(parent: int) -> list[int]:
    """Processes that were started by another one."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            after = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after[1]) == parent:
            found.append(int(path.name))
    return found


def forget_peaks(processes: list[int]) -> None:
    """Lets the peak of each process begin at what it holds now."""
    for pid in processes:
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak(processes: list[int]) -> float:
    """The largest memory that one of some processes has held, in MB."""
    return max(_held(pid, "VmHWM") for pid in processes)


def _held(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / MB
    raise ValueError(name)


def main(folder: Path) -> None:
    """Verifies a trial."""
    from equipoise.conduct.folder import enter, reopen

    enter(reopen(folder))
    from equipoise.conduct.audit.verify import verify

    begun = perf_counter()
    found = verify()
    seconds = perf_counter() - begun
    print(found.entries, seconds, len(found.findings))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
