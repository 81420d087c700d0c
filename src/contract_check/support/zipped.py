"""What a ZIP archive that others made can fail with."""

from __future__ import annotations

import zipfile
import zlib

UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)
"""Broken, cut off, encrypted (RuntimeError), or packed in a way that Python does not know."""
