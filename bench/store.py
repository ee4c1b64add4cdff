"""The file that a run is kept in: whole after every contest, so that a run may end any time."""

import json
import os
from pathlib import Path

# What has to be equal for times to stand in one table.
SAME = ("rounds", "machine", "versions")

Key = tuple[str, str, int]


class Mismatch(Exception):
    """The stored run was made by something else; the message says what differs."""


def key_of(contest: dict) -> Key:
    """What a contest is known by: scenario, case and threads."""
    return contest["scenario"], contest["case"], contest["threads"]


class Store:
    """A run and the file that has it.

    With `goes_on` what the file has is kept; Mismatch where it is not of this run's machine, code,
    peers and rounds.
    """

    def __init__(self, path: Path, head: dict, goes_on: bool = False):
        self._path = path
        self.run = head | {"contests": [], "limits": [], "plans": [], "masked": [], "memory": []}
        if goes_on and path.exists():
            stored = json.loads(path.read_text())
            for name in SAME:
                if stored[name] != head[name]:
                    raise Mismatch(f"{path}: {name} {stored[name]}; now {head[name]}")
            self.run = stored | head

    @property
    def done(self) -> set[Key]:
        return {key_of(contest) for contest in self.run["contests"]}

    @property
    def seconds(self) -> float:
        """How long all contests took."""
        return sum(contest["spent_seconds"] for contest in self.run["contests"])

    def add(self, contest: dict, limits: list[dict]) -> None:
        """Keeps a contest, in place of an older one of the same case, and the limits so far."""
        kept = [old for old in self.run["contests"] if key_of(old) != key_of(contest)]
        self.run["contests"] = [*kept, contest]
        known = {(old["limit"], old["bytes"], old["threads"]): old for old in self.run["limits"]}
        known |= {(new["limit"], new["bytes"], new["threads"]): new for new in limits}
        self.run["limits"] = list(known.values())
        self.write()

    def write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(self.run, indent=1) + "\n")
        fresh.replace(self._path)
