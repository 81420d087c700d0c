from pydantic import BaseModel


class Tag(BaseModel):
    name: str

    def model_dump(self, *, by_alias=True):
        return super().model_dump(by_alias=by_alias)
