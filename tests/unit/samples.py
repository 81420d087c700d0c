"""Reports to render: one of each verdict, in the words of a real run."""

from __future__ import annotations

from contract_check.model.report import (
    Check,
    ContractReport,
    Coverage,
    Direction,
    EnvironmentReport,
    Environments,
    FieldCoverage,
    Finding,
    Location,
    PackageReport,
    PinReport,
    Report,
    ReportError,
    Reports,
    Severity,
    SuppressedBy,
    Timings,
    Tool,
    Unchecked,
    Verdict,
    Witness,
)

CORE = PackageReport(
    name="market-data-core",
    requested="v1.4.61",
    pin=PinReport(kind="version", version="1.4.61", source="PyPI", sha256="ab" * 32),
)
STORE = PackageReport(
    name="market-data-store",
    pin=PinReport(kind="version", version="0.6.73", source="PyPI", notes=("its newest release",)),
)
BASELINE = PackageReport(
    name="market-data-core",
    requested="1.4.55",
    pin=PinReport(kind="version", version="1.4.55", source="PyPI"),
)
FEEDBACK = ContractReport(
    name="feedback-event",
    kind="extends",
    provider="market_data_core.telemetry:FeedbackEvent",
    consumer="market_data_store.coordinator.feedback:FeedbackEvent",
    status="passed",
    checks=(
        Check(name="import", status="passed"),
        Check(name="subclass", status="passed"),
        Check(name="subset-parse", status="passed"),
    ),
    payloads=57,
)
FAILED_FEEDBACK = FEEDBACK.model_copy(
    update={
        "status": "failed",
        "checks": (
            Check(name="import", status="passed"),
            Check(name="subset-parse", status="failed", detail="extra fields are refused"),
        ),
    }
)
LEVEL = ContractReport(
    name="backpressure-level",
    kind="enum",
    provider="market_data_core.telemetry:BackpressureLevel",
    status="passed",
    checks=(Check(name="members", status="passed"),),
    payloads=12,
)
HEALTHZ = ContractReport(
    name="healthz",
    kind="endpoint",
    provider="market_data_core.telemetry:HealthStatus",
    status="unchecked",
    checks=(Check(name="request", status="skipped", detail="fastapi is not installed"),),
)
EXTRA_FORBIDDEN = Finding(
    id="extra-forbidden-1f0c",
    rule="extra-forbidden",
    severity=Severity.BREAK,
    directions=(Direction.SOURCE, Direction.READS_OLD),
    contract="feedback-event",
    subject="market_data_core.telemetry:FeedbackEvent",
    path="utilization",
    message="FeedbackEvent of market-data-core now refuses members it does not know.",
    hint="Let the model ignore unknown members again, or release it as a major version.",
    location=Location(file="market_data_store/pulse/publisher.py", line=74),
    witness=Witness(
        kind="payload",
        code="from market_data_core.telemetry import FeedbackEvent\n\n"
        'FeedbackEvent.model_validate_json(\'{"coordinator_id": "a", "utilization": 0.5}\')\n',
        baseline="exit 0",
        candidate="exit 1: ValidationError: Extra inputs are not permitted",
        confirmed=True,
    ),
)
EXCLUDED = Finding(
    id="requirement-excludes-ref-77aa",
    rule="requirement-excludes-ref",
    severity=Severity.WARNING,
    directions=(),
    contract=None,
    subject="market-data-store",
    message="market-data-store 0.6.73 requires market-data-core<1.4, which excludes 1.4.61.",
    hint="Widen the requirement before relying on this version.",
)
ACCEPTED = EXTRA_FORBIDDEN.model_copy(
    update={
        "id": "extra-forbidden-2",
        "suppressed": SuppressedBy(reason="agreed with the Core team", expires="2027-01-01"),
    }
)
ENVIRONMENT = EnvironmentReport(
    python="3.11.7", platform="linux-x86_64", packages={"pydantic": "2.14.3", "fastapi": "0.120.0"}
)
COVERAGE = Coverage(
    contracts=2,
    exercised=2,
    call_sites=12,
    payloads=213,
    fields=FieldCoverage(seen=31, exercised=31),
)

COMPATIBLE = Report(
    tool=Tool(version="0.1.0"),
    verdict=Verdict.COMPATIBLE,
    exit_code=0,
    provider=CORE,
    consumer=STORE,
    environments=Environments(candidate=ENVIRONMENT),
    contracts=(FEEDBACK, LEVEL),
    findings=(EXCLUDED, ACCEPTED),
    coverage=COVERAGE,
    timings=Timings(total=1.74),
)
BREAK = COMPATIBLE.model_copy(
    update={
        "verdict": Verdict.BREAK,
        "exit_code": 1,
        "baseline": BASELINE,
        "environments": Environments(
            candidate=ENVIRONMENT,
            baseline=ENVIRONMENT,
            differences=("pydantic 2.14.3 with the candidate, 2.13.0 with the baseline",),
        ),
        "contracts": (FAILED_FEEDBACK, LEVEL, HEALTHZ),
        "findings": (EXTRA_FORBIDDEN, EXCLUDED),
        "preexisting": (
            Unchecked(subject="market_data_store.jobs", reason="celery is not installed"),
        ),
        "unchecked": (Unchecked(subject="readyz", reason="no database was given"),),
        "notes": ("the requirement of market-data-store was overridden",),
        "reproduce": {
            "candidate": ("uv venv env", "uv pip install -p env market-data-core==1.4.61"),
            "baseline": ("uv venv env", "uv pip install -p env market-data-core==1.4.55"),
        },
    }
)
ERROR = Report(
    tool=Tool(version="0.1.0"),
    verdict=Verdict.ERROR,
    exit_code=3,
    errors=(
        ReportError(
            stage="refs",
            side="candidate",
            message="market-data-core has no version or tag v9.9.9",
            hint="The nearest are v1.4.9 and v1.4.61.",
            detail="fatal: couldn't find remote ref v9.9.9",
        ),
    ),
    provider=PackageReport(name="market-data-core", requested="v9.9.9"),
    consumer=STORE,
    timings=Timings(total=0.4),
)
HOSTILE_TEXT = "[bold red]ok[/] \x1b[2J\x1b]0;owned\x07 \u202e gnp\u200b \ud800 a\r\nb"
HOSTILE = BREAK.model_copy(
    update={
        "findings": (
            EXTRA_FORBIDDEN.model_copy(
                update={
                    "message": HOSTILE_TEXT,
                    "subject": HOSTILE_TEXT,
                    "path": HOSTILE_TEXT,
                    "hint": HOSTILE_TEXT,
                    "witness": Witness(kind="code", code=HOSTILE_TEXT, candidate=HOSTILE_TEXT),
                }
            ),
        ),
        "errors": (
            ReportError(
                stage="probe", message=HOSTILE_TEXT, hint=HOSTILE_TEXT, detail=HOSTILE_TEXT
            ),
        ),
    }
)
ALL = {
    "compatible": COMPATIBLE,
    "break": BREAK,
    "error": ERROR,
    "hostile": HOSTILE,
}
SEVERAL = Reports(
    tool=Tool(version="0.1.0"),
    verdict=Verdict.BREAK,
    exit_code=1,
    provider=CORE,
    reports=(COMPATIBLE, BREAK, ERROR),
)
"""A run with three consumers."""
