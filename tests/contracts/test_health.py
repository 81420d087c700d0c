"""Health: the Store answers its probes with Core's models."""

from __future__ import annotations

from typing import Any

import pytest
from market_data_core.telemetry import HealthComponent, HealthStatus
from pydantic import ValidationError


@pytest.mark.parametrize("state", ["healthy", "degraded", "unhealthy"])
def test_status_holds_components_in_every_state(state: str) -> None:
    document: dict[str, Any] = {
        "service": "market-data-store",
        "state": state,
        "components": [
            {"name": "database", "state": state, "details": {"latency_ms": "12"}},
            {"name": "prometheus", "state": "healthy", "details": {}},
        ],
        "version": "0.6.4",
        "ts": 1760745600.25,
    }
    status = HealthStatus.model_validate(document)
    assert isinstance(status.components[0], HealthComponent)
    assert status.components[0].details == {"latency_ms": "12"}
    written = status.model_dump(mode="json")
    components = zip(written.pop("components"), document.pop("components"), strict=True)
    assert written.items() >= document.items()  # Core may have added optional fields
    assert all(component.items() >= given.items() for component, given in components)


def test_details_and_components_are_optional() -> None:
    component = HealthComponent.model_validate({"name": "database", "state": "healthy"})
    assert component.details == {}
    status = HealthStatus.model_validate(
        {"service": "store", "state": "healthy", "version": "1", "ts": 1.0}
    )
    assert status.components == []


def test_another_state_is_refused() -> None:
    with pytest.raises(ValidationError):
        HealthComponent.model_validate({"name": "database", "state": "sleepy"})


def test_healthz_is_degraded_without_a_database(get_without_database: Any) -> None:
    code, body = get_without_database("/healthz")
    status = HealthStatus.model_validate(body)
    assert (code, status.service, status.state) == (200, "market-data-store", "degraded")
    assert {component.name: component.state for component in status.components} == {
        "database": "degraded",
        "prometheus": "healthy",
    }


def test_readyz_is_unavailable_without_a_database(get_without_database: Any) -> None:
    code, body = get_without_database("/readyz")
    assert code == 503
    assert isinstance(body["detail"], str)
    assert body["detail"]
