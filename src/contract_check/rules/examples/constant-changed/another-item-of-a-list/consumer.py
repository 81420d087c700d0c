import provider

first = provider.ITEMS[0]
