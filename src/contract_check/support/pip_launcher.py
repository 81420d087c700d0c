"""Runs pip so that what it starts for a build goes through `build_launcher`. Copied beside that;
standard library only.

pip starts Python, for backends as for itself, by `sys.executable`.
"""

import os
import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    os.environ["CONTRACT_CHECK_PIP"] = sys.executable
    sys.executable = str(Path(__file__).resolve().parent / "inner" / "bin" / "python-of-pip")
    runpy.run_module("pip", run_name="__main__", alter_sys=True)
