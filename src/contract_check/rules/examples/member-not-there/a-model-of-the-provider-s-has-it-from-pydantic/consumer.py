from provider import Event


def write(event: Event):
    return event.model_dump_json(), event.model_fields_set
