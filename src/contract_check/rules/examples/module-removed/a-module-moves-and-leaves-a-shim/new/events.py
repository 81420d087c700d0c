from provider.messages import Event
