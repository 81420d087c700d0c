"""The report: one document that every format is a pure function of.

Its JSON form is fixed (docs/report.schema.json is generated from these models): members may be
added, none is renamed or dropped without a new `schema_version`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contract_check.model.contracts import Compatibility, ContractKind
from contract_check.model.errors import Side, Stage
from contract_check.model.refs import PinKind

SCHEMA_VERSION = 1


class Verdict(StrEnum):
    """The answer. `error` means that the check could not be carried out."""

    COMPATIBLE = "compatible"
    BREAK = "break"
    ERROR = "error"


class Severity(StrEnum):
    """What a finding is worth, worst first."""

    BREAK = "break"
    WARNING = "warning"
    INFO = "info"


Evidence = Literal["code", "value", "declared", "test", "none"]
"""Why this consumer meets a finding: a line of its code, a value that it shows, a declared
contract, one of its tests. With `none` a finding is a risk, and never a break."""


class Direction(StrEnum):
    """Who meets the change: the consumer's code, a reader of old payloads, an old reader."""

    SOURCE = "source"
    READS_OLD = "reads-old"
    READ_BY_OLD = "read-by-old"


class Part(BaseModel):
    """Base of every part of the report."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Tool(Part):
    name: str = "contract-check"
    version: str


class ReportError(Part):
    stage: Stage
    side: Side | None = None
    message: str
    hint: str = ""
    detail: str = ""


class PinReport(Part):
    kind: PinKind
    version: str | None = None
    commit: str | None = None
    source: str = ""
    sha256: str | None = None
    notes: tuple[str, ...] = ()


class PackageReport(Part):
    name: str
    requested: str | None = None
    pin: PinReport | None = None
    manifest: str | None = None
    """The consumer's project file, from the top of its repository: `services/store/pyproject.toml`.
    What concerns the consumer as a whole is shown there."""


class EnvironmentReport(Part):
    python: str
    platform: str
    packages: dict[str, str] = Field(default_factory=dict)
    path: str | None = None
    """Where it is kept, with --keep-environments."""


class Environments(Part):
    candidate: EnvironmentReport | None = None
    baseline: EnvironmentReport | None = None
    differences: tuple[str, ...] = ()


class Check(Part):
    name: str
    status: Literal["passed", "failed", "skipped"]
    detail: str = ""
    findings: tuple[str, ...] = ()
    """The ids of the findings it fails by."""
    preexisting: bool = False
    """It fails with the baseline in the same way, so that its failure is no break."""


class ContractReport(Part):
    name: str
    kind: ContractKind
    provider: str
    consumer: str | None = None
    declared: bool = True
    compatibility: Compatibility = "full"
    """Which directions count as breaks; those that do not are warnings."""
    status: Literal["passed", "failed", "unchecked"]
    checks: tuple[Check, ...] = ()
    payloads: int = 0


class Location(Part):
    """A line of the consumer's: `market_data_store/pulse/publisher.py`, 41.

    The file is relative to the folder that the consumer's packages are imported from: in its
    repository that is the root or `src`, in an environment `site-packages`.
    """

    file: str
    line: int
    path: str | None = None
    """From the top of the consumer's repository, or of its sdist where it comes from an index."""


class Witness(Part):
    """A program that passes with the baseline and fails with the candidate.

    `baseline` and `candidate` say what happened when it was run there; `confirmed` is true when
    it did pass and fail (without a baseline: when it failed with the candidate).
    """

    kind: Literal["payload", "code", "http", "test"]
    code: str
    baseline: str | None = None
    candidate: str | None = None
    confirmed: bool = False


class SuppressedBy(Part):
    reason: str
    expires: str | None = None


class Spot(Part):
    """A further place that a finding is about."""

    contract: str | None
    subject: str
    path: str | None = None


class Finding(Part):
    """One cause. Where it shows at several places, `also` has the others."""

    id: str
    rule: str
    severity: Severity
    directions: tuple[Direction, ...]
    contract: str | None
    subject: str
    path: str | None = None
    also: tuple[Spot, ...] = ()
    message: str
    hint: str
    location: Location | None = None
    """The line of the consumer's that meets it; the first of `locations`."""
    locations: tuple[Location, ...] = ()
    """Every line of the consumer's that meets it."""
    evidence: Evidence = "none"
    tests: tuple[str, ...] = ()
    """The consumer's tests that pass with the baseline and fail by this."""
    witness: Witness | None = None
    suppressed: SuppressedBy | None = None


class FieldCoverage(Part):
    seen: int = 0
    exercised: int = 0


class Coverage(Part):
    contracts: int = 0
    exercised: int = 0
    call_sites: int = 0
    payloads: int = 0
    left_out: int = 0
    """Payloads that the limit of a run left out."""
    models: int = 0
    unchanged: int = 0
    """The models that are the same on both sides, code included: they were not replayed."""
    fields: FieldCoverage = Field(default_factory=FieldCoverage)


class Unchecked(Part):
    subject: str
    reason: str


class TestCounts(Part):
    """How many of the consumer's tests ended how, on one side."""

    __test__ = False

    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    seconds: float = 0.0


class TestsReport(Part):
    """The consumer's own tests, run on every side."""

    __test__ = False

    source: str
    """Where the tests come from: a checkout, or an sdist."""
    arguments: tuple[str, ...] = ()
    candidate: TestCounts | None = None
    baseline: TestCounts | None = None
    new_failures: int = 0
    flaky: tuple[str, ...] = ()
    """Tests that came out otherwise when they were run again: said, and never a break."""


class Timings(Part):
    """Seconds of wall time.

    `total` counts from the first line of contract-check itself to the finished report: the start
    of Python before that is not in it. The others are parts of it.
    """

    started: str | None = None
    """When the run began: UTC, to the second (ISO 8601, without a zone)."""
    total: float = 0.0
    resolve: float = 0.0
    install: float = 0.0
    probe: float = 0.0
    judge: float = 0.0
    tests: float = 0.0


class Report(Part):
    schema_version: Literal[1] = 1
    tool: Tool
    verdict: Verdict
    exit_code: Literal[0, 1, 2, 3, 4]
    errors: tuple[ReportError, ...] = ()
    provider: PackageReport
    consumer: PackageReport
    baseline: PackageReport | None = None
    environments: Environments = Field(default_factory=Environments)
    contracts: tuple[ContractReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    preexisting: tuple[Unchecked, ...] = ()
    """What fails with the baseline in the same way: listed, and no break."""
    coverage: Coverage = Field(default_factory=Coverage)
    tests: TestsReport | None = None
    unchecked: tuple[Unchecked, ...] = ()
    timings: Timings = Field(default_factory=Timings)
    notes: tuple[str, ...] = ()
    """What the run decided that the person may want to know."""
    reproduce: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Side to the shell commands that make an environment with the same pins, in `env-SIDE`."""


class Reports(Part):
    """What one run says of several consumers of one provider, one report each.

    A break outranks a check that could not be carried out, and that outranks `compatible`.
    """

    schema_version: Literal[1] = 1
    tool: Tool
    verdict: Verdict
    exit_code: Literal[0, 1, 2, 3, 4]
    provider: PackageReport
    reports: tuple[Report, ...]
