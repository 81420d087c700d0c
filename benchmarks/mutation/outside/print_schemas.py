"""Runs beside the packages: prints the JSON Schemas of the models that the Store uses."""

import json

from datastore.service.app import HealthComponent, HealthStatus
from market_data_core.telemetry import FeedbackEvent as CoreFeedbackEvent
from market_data_store.coordinator.feedback import BackpressureLevel, FeedbackEvent
from market_data_store.pulse.publisher import EventEnvelope, EventMeta
from pydantic import TypeAdapter

USED = {
    "FeedbackEvent": CoreFeedbackEvent,
    "Store's FeedbackEvent": FeedbackEvent,
    "BackpressureLevel": BackpressureLevel,
    "HealthComponent": HealthComponent,
    "HealthStatus": HealthStatus,
    "EventMeta": EventMeta,
    "EventEnvelope": EventEnvelope,
}

print(
    json.dumps(
        {
            name: {
                mode: TypeAdapter(model).json_schema(mode=mode)
                for mode in ("validation", "serialization")
            }
            for name, model in USED.items()
        }
    )
)
