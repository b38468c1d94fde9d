"""The service on HTTP: POST /embed, POST /documents, GET /search, GET /health."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError

from app import access, embedding
from app.settings import Settings
from app.storage import Store

Text = Annotated[str, Field(min_length=1, max_length=10_000)]


class Texts(BaseModel):
    texts: list[Text] = Field(max_length=1000)


def create(settings: Settings) -> FastAPI:
    """The application; its model is loaded, and its database waited for, when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.check = (
            access.firebase(settings.firebase_project)
            if settings.firebase_project
            else access.open_to_all
        )
        app.state.embedder = (
            embedding.load(settings.model) if settings.model else embedding.seeded()
        )
        app.state.store = Store(settings.database_url, app.state.embedder.name)
        app.state.store.open(settings.database_wait)
        yield
        app.state.store.close()

    app = FastAPI(title="Search", lifespan=lifespan)

    @app.post("/embed")
    def embed(body: Texts) -> dict:
        embedder = app.state.embedder
        return {"model": embedder.name, "vectors": embedder.embed(body.texts).tolist()}

    @app.post("/documents", status_code=201)
    def add(body: Texts, request: Request) -> dict:
        app.state.check(request)
        app.state.store.add(body.texts, app.state.embedder.embed(body.texts))
        return {"stored": len(body.texts)}

    @app.get("/search")
    def search(q: Text, limit: Annotated[int, Query(ge=1, le=100)] = 5) -> dict:
        hits = app.state.store.nearest(app.state.embedder.embed([q])[0], limit)
        return {"query": q, "hits": hits}

    @app.get("/health")
    def health() -> dict:
        """Healthy is: the model runs, and the database answers."""
        embedder = app.state.embedder
        try:
            documents = app.state.store.count()
        except OperationalError as e:
            raise HTTPException(503, "the database does not answer") from e
        dimension = embedder.embed(["health"]).shape[1]
        return {
            "status": "up",
            "model": embedder.name,
            "dimension": dimension,
            "documents": documents,
        }

    return app


app = create(Settings.of())
