Id = int
