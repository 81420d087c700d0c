class Level:
    low = "low"
    high = "high"
