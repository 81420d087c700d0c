from provider import Team


def use(team: Team):
    return [user.name for key, user in team.by_name.items()]
