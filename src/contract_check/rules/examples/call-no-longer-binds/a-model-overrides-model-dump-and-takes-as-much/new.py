from pydantic import BaseModel


class Tag(BaseModel):
    name: str

    def model_dump(self, **how):
        return super().model_dump(**how)
