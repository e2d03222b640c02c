"""File plans as people write them in Excel: form II of Nghị định 30/2020, Phụ lục V, read row by row. No ORM."""

from .reading import PlanError, PlanRow, read_plan

__all__ = ["PlanError", "PlanRow", "read_plan"]
