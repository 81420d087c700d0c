"""Calls: does the provider still take what the consumer gives, and give what it takes?"""

from contract_check.rules.calls import binding, built, defaults, members, refused, results

RULES = (
    *binding.RULES,
    *built.RULES,
    *results.RULES,
    *members.RULES,
    *defaults.RULES,
    *refused.RULES,
)
