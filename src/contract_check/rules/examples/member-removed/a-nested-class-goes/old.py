class Box:
    class Config:
        most = 1
