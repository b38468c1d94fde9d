"""Texts with their vectors, in PostgreSQL by SQLAlchemy."""

import logging
import time
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ARRAY, JSON, REAL, String, create_engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

_LOG = logging.getLogger("uvicorn.error")


class _Base(DeclarativeBase):
    pass


class _Document(_Base):
    __tablename__ = "document"

    model: Mapped[str] = mapped_column(String, primary_key=True)
    text: Mapped[str] = mapped_column(String, primary_key=True)
    vector: Mapped[list[float]] = mapped_column(ARRAY(REAL).with_variant(JSON, "sqlite"))


@dataclass(frozen=True)
class Hit:
    text: str
    score: float
    """The cosine of the angle between this text and what was asked for."""


class Store:
    """The texts of one model; vectors of different models can't be compared."""

    def __init__(self, url: str, model: str) -> None:
        self._engine = create_engine(url, pool_pre_ping=True)
        self._model = model

    def open(self, wait: float) -> None:
        """Creates the table if it is missing, waiting for a database that is still starting."""
        deadline = time.monotonic() + wait
        told = False
        while True:
            try:
                _Base.metadata.create_all(self._engine)
                return
            except OperationalError:
                if time.monotonic() >= deadline:
                    raise
                if not told:
                    _LOG.info("waiting for the database at %s", self._engine.url.host)
                    told = True
                time.sleep(1)

    def add(self, texts: list[str], vectors: np.ndarray) -> None:
        """Adds texts; one that is there already gets the new vector."""
        with Session(self._engine) as session, session.begin():
            for text, vector in zip(texts, vectors, strict=True):
                session.merge(_Document(model=self._model, text=text, vector=vector.tolist()))

    def nearest(self, vector: np.ndarray, limit: int) -> list[Hit]:
        """The texts nearest to a vector, the nearest first; compares with all, which is exact."""
        with Session(self._engine) as session:
            rows = session.execute(
                select(_Document.text, _Document.vector).where(_Document.model == self._model)
            ).all()
        if not rows:
            return []
        scores = np.array([row.vector for row in rows], dtype=np.float32) @ vector
        best = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(rows[i].text, float(scores[i])) for i in best]

    def count(self) -> int:
        with Session(self._engine) as session:
            of_model = select(func.count()).where(_Document.model == self._model)
            return session.execute(of_model).scalar_one()

    def close(self) -> None:
        self._engine.dispose()
