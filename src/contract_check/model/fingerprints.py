"""What models are made of, code included, as a probe says it."""

from __future__ import annotations

from contract_check.model.observation import Answer


class Fingerprints(Answer):
    """The answer to `fingerprint`, see `contract_check_probe.fingerprints`.

    Args:
        nodes: name to the hash of its own parts and the names that it uses.
        models: ref to the name of its node; None for a class whose code nobody followed.
        fields: name of a model's node to its fields, each the node `<model>.<field>`.
        everywhere: the nodes that every model may depend on.
    """

    nodes: dict[str, tuple[str, tuple[str, ...]]]
    models: dict[str, str | None]
    fields: dict[str, tuple[str, ...]]
    everywhere: tuple[str, ...] = ()
