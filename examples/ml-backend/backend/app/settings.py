"""What the environment says."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    database_url: str
    database_wait: float
    """Seconds that a start waits for the database."""
    model: str | None
    """The folder of a sentence-transformers model to use in place of the seeded one."""
    firebase_project: str | None
    """When set, requests that write need a token of a user of that project."""

    @staticmethod
    def of(environment: Mapping[str, str] = os.environ) -> "Settings":
        """Reads the settings; an empty variable counts as absent."""
        return Settings(
            database_url=environment.get("DATABASE_URL")
            or "postgresql+psycopg2://search:search@localhost:5432/search",
            database_wait=float(environment.get("DATABASE_WAIT_SECONDS") or 60),
            model=environment.get("MODEL") or None,
            firebase_project=environment.get("FIREBASE_PROJECT") or None,
        )
