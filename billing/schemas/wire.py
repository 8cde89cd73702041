"""What do all shapes of billing share? Unknown fields are refused."""

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    """A shape on the wire."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
