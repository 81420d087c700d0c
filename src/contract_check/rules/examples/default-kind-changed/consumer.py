from provider import Event


def default():
    return Event.model_fields["tags"].default
