from provider import Health
