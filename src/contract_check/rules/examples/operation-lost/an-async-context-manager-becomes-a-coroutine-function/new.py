async def opened():
    return 1
