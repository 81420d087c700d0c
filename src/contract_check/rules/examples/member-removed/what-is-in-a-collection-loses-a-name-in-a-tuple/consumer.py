from provider import Team


def use(team: Team):
    return [user.name for number, user in enumerate(team.users())]
