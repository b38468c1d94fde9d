"""The application with its real model, and SQLite in PostgreSQL's place. python -m unittest"""

import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from fastapi.testclient import TestClient

from app import embedding
from app.main import create
from app.settings import Settings


class SettingsTest(unittest.TestCase):
    def test_empty_variables_count_as_absent(self):
        self.assertIsNone(Settings.of({"MODEL": ""}).model)


class EmbedderTest(unittest.TestCase):
    def test_seeded_models_agree_and_vectors_have_length_one(self):
        first, second = (embedding.seeded().embed(["The bread is in the oven"]) for _ in range(2))
        np.testing.assert_array_equal(first, second)
        self.assertAlmostEqual(float(np.linalg.norm(first[0])), 1, places=5)


class AppTest(unittest.TestCase):
    def setUp(self):
        folder = self.enterContext(TemporaryDirectory())
        url = f"sqlite:///{Path(folder) / 'test.db'}"
        settings = Settings.of({"DATABASE_URL": url})
        self.client = self.enterContext(TestClient(create(settings)))

    def test_search_finds_the_nearest(self):
        texts = ["A black cat sat on the mat", "The ship left the harbour at night"]
        self.assertEqual(self.client.post("/documents", json={"texts": texts}).status_code, 201)
        found = self.client.get("/search", params={"q": "cat on a mat", "limit": 1}).json()
        self.assertEqual([hit["text"] for hit in found["hits"]], texts[:1])
        self.assertEqual(self.client.get("/health").json()["documents"], 2)

    def test_search_in_nothing_finds_nothing(self):
        self.assertEqual(self.client.get("/search", params={"q": "cat"}).json()["hits"], [])

    def test_the_same_text_is_stored_once(self):
        for _ in range(2):
            self.client.post("/documents", json={"texts": ["once"]})
        self.assertEqual(self.client.get("/health").json()["documents"], 1)

    def test_wrong_bodies_are_refused(self):
        self.assertEqual(self.client.post("/documents", json={"texts": [""]}).status_code, 422)
        self.assertEqual(self.client.get("/search").status_code, 422)


if __name__ == "__main__":
    unittest.main()
