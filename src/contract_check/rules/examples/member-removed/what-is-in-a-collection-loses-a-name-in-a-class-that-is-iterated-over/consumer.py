from provider import Team


def use(team: Team):
    return [user.name for user in team]
