"""Fields: is each still there, of its type, with its default?

The order of fields is no rule: whoever reads by name doesn't notice it. It stands among the near
misses here, as do titles, descriptions and other spellings of one type.
"""

from contract_check.rules.fields import access, defaults, presence, types

RULES = (*presence.RULES, *types.RULES, *defaults.RULES, *access.RULES)
