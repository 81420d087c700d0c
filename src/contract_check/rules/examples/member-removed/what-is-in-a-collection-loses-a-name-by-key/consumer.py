from provider import Team


def use(team: Team):
    return team.by_name["a"].name
