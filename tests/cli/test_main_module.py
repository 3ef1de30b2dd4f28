"""`python -m tinydwn` is the same program."""

import subprocess
import sys

from tinydwn import __version__


def test_the_package_runs_as_a_module() -> None:
    words = [sys.executable, "-m", "tinydwn", "--version"]
    said = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    assert said.split()[-1] == __version__
