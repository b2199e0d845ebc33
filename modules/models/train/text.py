"""The text encoder: CLIP's architecture, tiny, with a table for just the tokens that captions use."""

import copy
import random

import torch
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from .captions import BACKGROUNDS, COLOURS, OBJECTS, STYLES
from .vocabulary import LENGTH

UNKNOWN = 0  # the table's first row stays zero: it stands for every token that no caption has
UNKNOWN_SHARE = 0.06  # of captions get an unknown word, so that the model has met one
EMPTY_SHARE = 0.15  # of captions are empty, for classifier-free guidance


class Captions:
    """Turns captions into rows of the small table, `[n, 32]`."""

    def __init__(self, tokenizer: CLIPTokenizer):
        phrases = ["a", "an", "on", "background", ",", *OBJECTS, *COLOURS, *BACKGROUNDS, *STYLES]
        used = {token for phrase in phrases for token in tokenizer(phrase).input_ids}  # with start and end
        self.tokens = sorted(used)
        self._row = {token: i + 1 for i, token in enumerate(self.tokens)}
        self._tokenizer, self._known = tokenizer, {}

    @property
    def end(self) -> int:
        """The row of the token that ends a caption: where the pooled output is read."""
        return self._row[self.end_token]

    @property
    def end_token(self) -> int:
        return self._tokenizer.eos_token_id

    def rows(self, captions: list[str]) -> torch.Tensor:
        return torch.tensor([self._one(caption) for caption in captions])

    def add(self, word: str) -> int:
        """Gives the table's next row to a word that is not in the vocabulary."""
        self._tokenizer = copy.deepcopy(self._tokenizer)
        self._tokenizer.add_tokens(word)
        self._row[self._tokenizer.convert_tokens_to_ids(word)] = len(self._row) + 1
        return len(self._row)

    def distorted(self, caption: str, rng: random.Random) -> str:
        roll = rng.random()
        if roll < EMPTY_SHARE:
            return ""
        if roll < EMPTY_SHARE + UNKNOWN_SHARE:
            words = caption.split(" ")
            words.insert(rng.randrange(len(words) + 1), "zebra")
            return " ".join(words)
        return caption

    def _one(self, caption: str) -> list[int]:
        if caption not in self._known:
            ids = self._tokenizer(caption, padding="max_length", max_length=LENGTH, truncation=True).input_ids
            self._known[caption] = [self._row.get(token, UNKNOWN) for token in ids]
        return self._known[caption]


def new_text_encoder(captions: Captions, tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """With the small table in place of the full one, so that the optimizer does not carry 49,000 idle rows."""
    config = CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=128, intermediate_size=512, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=LENGTH, projection_dim=128, hidden_act="quick_gelu",
        bos_token_id=tokenizer.bos_token_id, eos_token_id=captions.end, pad_token_id=tokenizer.pad_token_id)
    model = CLIPTextModel(config)
    small = torch.nn.Embedding(len(captions.tokens) + 1, config.hidden_size, padding_idx=UNKNOWN)
    torch.nn.init.normal_(small.weight[1:], std=0.02)
    model.text_model.embeddings.token_embedding = small
    return model


def with_full_table(model: CLIPTextModel, captions: Captions) -> CLIPTextModel:
    """The same encoder over the whole vocabulary: rows of tokens that no caption has are zero."""
    small = model.text_model.embeddings.token_embedding
    full = torch.nn.Embedding(model.config.vocab_size, model.config.hidden_size)
    with torch.no_grad():
        full.weight.zero_()
        full.weight[captions.tokens] = small.weight[1:].cpu()
    model.cpu().text_model.embeddings.token_embedding = full
    model.config.eos_token_id = model.text_model.eos_token_id = captions.end_token
    return model
