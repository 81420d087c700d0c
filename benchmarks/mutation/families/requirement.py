"""Metadata: versions and requirements."""

from benchmarks.mutation.edits import text
from benchmarks.mutation.families.places import CORE_INIT, METADATA
from benchmarks.mutation.mutant import breaking, harmless, warning

MUTANTS = (
    breaking(
        "python-floor-raised",
        "python-floor-raised",
        text(METADATA, "Requires-Python: >=3.11", "Requires-Python: >=3.99"),
        whole=True,
    ),
    warning(
        "major-version-outside-requirement",
        "requirement-excludes-ref",
        text(METADATA, "Version: 1.4.61", "Version: 2.0.0"),
    ),
    harmless("version-number", text(METADATA, "Version: 1.4.61", "Version: 1.4.62")),
    harmless("version-attribute", text(CORE_INIT, '"1.2.35"', '"1.4.62"')),
    harmless(
        "dependency-range-narrowed",
        text(METADATA, "Requires-Dist: pydantic<3,>=2.7", "Requires-Dist: pydantic<3,>=2.8"),
    ),
    harmless("summary-and-keywords", text(METADATA, "Author: Matt", "Author: Matt and others")),
)
