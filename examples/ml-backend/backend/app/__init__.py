"""Stores texts with their embeddings and finds the ones nearest to a question."""
