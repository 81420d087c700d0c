ITEMS = [3, 2]
