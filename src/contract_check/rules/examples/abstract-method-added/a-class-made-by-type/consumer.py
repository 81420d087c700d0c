from provider import Base

Own = type("Own", (Base,), {"run": lambda self: 1})
