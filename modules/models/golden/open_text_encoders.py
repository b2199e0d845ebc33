"""Tiny text encoders in the exporter's two compact forms, and what torch makes of a prompt with a token that was learned later."""

import pathlib
import sys

import numpy as np
import torch
from transformers import CLIPTextConfig, CLIPTextModel

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from export.graphs import SparseEmbedding, text_encoder_graph  # noqa: E402
from export.onnx_files import write  # noqa: E402
from export.weights import round_weights  # noqa: E402

VOCABULARY, WIDTH = 400, 16
IDS = torch.tensor([[0, 7, 400, 5, 399], [0, 401, 6, 8, 399]])  # 400 and 401 are beyond the vocabulary
WORDS = slice(0, 9)


def encoder(sparse):
    torch.manual_seed(41)
    model = CLIPTextModel(CLIPTextConfig(
        vocab_size=VOCABULARY, hidden_size=WIDTH, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=8, bos_token_id=0, eos_token_id=399, attn_implementation="eager")).eval()
    table = model.text_model.embeddings.token_embedding.weight.data
    table.mul_(20)
    if sparse:
        kept = table[WORDS].clone()
        table.zero_()
        table[WORDS] = kept
    round_weights(model, "fp16")
    return model


def main(out):
    for name, sparse in (("text-encoder-half", False), ("text-encoder-sparse", True)):
        model = encoder(sparse)
        embeddings = model.text_model.embeddings
        table = embeddings.token_embedding.weight.data
        added = torch.randn(2, WIDTH, generator=torch.Generator().manual_seed(42))
        embeddings.token_embedding = torch.nn.Embedding.from_pretrained(torch.cat([table, added]))
        with torch.no_grad():
            states = model(IDS).last_hidden_state.numpy()
        np.concatenate([added.numpy().ravel(), states.ravel()]).astype("<f4").tofile(out / f"{name}.f32")
        embeddings.token_embedding = SparseEmbedding(table) if sparse else torch.nn.Embedding.from_pretrained(table)
        graph = text_encoder_graph(model, torch.tensor([[0, 7, 5, 6, 399]] * 2))
        write(graph, out / f"{name}.onnx", "fp16", 2_000_000_000)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
