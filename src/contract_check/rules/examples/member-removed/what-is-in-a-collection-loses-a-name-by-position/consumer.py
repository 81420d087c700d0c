from provider import Team


def use(team: Team):
    return team.users()[0].name
