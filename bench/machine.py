"""What a measurement has to say about where it was made."""

import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ("src", "include", "python")
# The instruction sets that decide how wide the vectors are.
FLAGS = ("sse4_1", "avx", "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512_vnni")


def cpu_fields() -> dict[str, str]:
    """The fields of the first processor in /proc/cpuinfo; none elsewhere than Linux."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return {}
    pairs = (line.partition(":") for line in text.partition("\n\n")[0].splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def thread_count() -> int:
    """Processors in /proc/cpuinfo, whichever the process may run on."""
    try:
        return Path("/proc/cpuinfo").read_text().count("\nprocessor") + 1
    except OSError:
        return 1


def commit() -> str:
    """The last commit that changed what is measured, and whether there are changes since."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(ROOT), *arguments, "--", *MEASURED]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no")
        return git("log", "-1", "--format=%h", "--abbrev=12") + (" with changes" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def describe() -> dict:
    """CPU, instruction sets, system and commit."""
    fields = cpu_fields()
    present = set(fields.get("flags", "").split())
    return {
        "cpu": fields.get("model name", platform.machine()),
        "family": f"{fields.get('cpu family', '?')} model {fields.get('model', '?')}",
        "flags": [flag for flag in FLAGS if flag in present],
        "processors": thread_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "commit": commit(),
    }
