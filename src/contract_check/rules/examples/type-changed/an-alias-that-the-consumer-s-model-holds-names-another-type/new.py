Id = str
