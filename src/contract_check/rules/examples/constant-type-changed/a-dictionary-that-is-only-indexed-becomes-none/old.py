DEFAULTS = {"a": 1}
