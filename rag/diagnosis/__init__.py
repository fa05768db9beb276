"""What `report-rag doctor` finds out: one sentence a part of the installation, and what to do about it."""

from rag.diagnosis.checks import examine
from rag.diagnosis.finding import Finding, State

__all__ = ["Finding", "State", "examine"]
