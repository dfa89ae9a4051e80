"""The header of every rule set, scheme and rate: which one, since when, on which document."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Dated(BaseModel):
    """Rules are data: dated, versioned, with their source document. Unknown keys are an error here: a misspelt threshold
    must not pass for a missing one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    version: Annotated[int, Field(ge=1)]
    in_force_from: date
    in_force_until: date | None = None
    document: Annotated[str, Field(min_length=1, description="the source: plan and article, or document number")]
    title: dict[str, str]

    @property
    def reference(self) -> str:
        """How events name it: `dual-monitoring-1@1`."""
        return f"{self.id}@{self.version}"
