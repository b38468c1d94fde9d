"""Sentences to vectors of length one."""

import string
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Pooling, Transformer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
from transformers.utils import logging

SEED = 42
_MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


class Embedder:
    def __init__(self, name: str, model: SentenceTransformer) -> None:
        self.name = name
        self._model = model

    def embed(self, texts: list[str]) -> np.ndarray:
        """One row for each text."""
        return self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


def load(folder: str) -> Embedder:
    """A trained model from a folder in the layout of sentence-transformers."""
    return Embedder(Path(folder).name, SentenceTransformer(folder, device="cpu"))


def seeded() -> Embedder:
    """A transformer whose weights come from a seed.

    It was never trained: texts that share words come out near each other, texts that only mean the
    same don't.
    """
    logging.disable_progress_bar()  # writing and reading 3 MB is no progress worth showing
    tokenizer = _tokenizer()
    torch.manual_seed(SEED)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=256,
        max_position_embeddings=256,
        initializer_range=0.05,
    )
    with TemporaryDirectory() as folder:
        BertModel(config).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        transformer = Transformer(folder, max_seq_length=256)
    pooling = Pooling(config.hidden_size, pooling_mode="mean")
    return Embedder(
        f"seeded-{SEED}", SentenceTransformer(modules=[transformer, pooling], device="cpu")
    )


def _tokenizer() -> PreTrainedTokenizerFast:
    """Splits words into pairs of letters: a vocabulary that needs no corpus."""
    letters = string.ascii_lowercase + string.digits
    pieces = [*string.printable.strip(), *(a + b for a in letters for b in letters)]
    vocabulary = dict.fromkeys(_MARKS + pieces + ["##" + piece for piece in pieces])
    tokenizer = Tokenizer(
        models.WordPiece({token: i for i, token in enumerate(vocabulary)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(
        ("[SEP]", _MARKS.index("[SEP]")), ("[CLS]", _MARKS.index("[CLS]"))
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=256,
    )
