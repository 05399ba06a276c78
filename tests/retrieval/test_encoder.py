"""The quick encoder gives what the full one gives; vectors are cached."""

import numpy as np
import pytest
from dataquarry import Settings, ToolError
from dataquarry.retrieval.encoder import Encoder, find_encoder

_TEXTS = ["house prices", "Überlebende der Titanic, by class & sex", "x", "rows " * 300]


def test_one_query_at_a_time_gives_the_vectors_of_sentence_transformers(settings):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(find_encoder(settings)), device="cpu")
    model.max_seq_length = 128
    expected = model.encode(_TEXTS, normalize_embeddings=True)
    found = Encoder(settings).encode_queries(_TEXTS)
    assert np.abs(found - expected).max() < 1e-4


def test_the_second_time_vectors_come_from_the_cache(settings):
    encoder = Encoder(settings)
    shares: list[float] = []
    first = encoder.encode(["a b", "c", "a b"], lambda _, share: shares.append(share))
    assert shares == [0.0]
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-3)
    second = Encoder(settings).encode(["a b", "c", "a b"], lambda *_: pytest.fail("encoded"))
    assert (first == second).all()
    assert (first[0] == first[2]).all()


def test_many_at_once_are_computed_in_bfloat16_only_where_the_processor_does_so(settings):
    import torch

    exact = Encoder(settings).encode_queries(_TEXTS)
    found = Encoder(settings).encode(_TEXTS)
    capabilities = torch.cpu.get_capabilities()
    emulated = not any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))
    if emulated:  # float32 then, whose only difference is the order of sums
        assert np.abs(found - exact).max() < 1e-5
    assert (found * exact).sum(axis=1).min() > 1 - 1e-4


def test_an_encoder_that_is_nowhere_is_a_clear_error(settings, tmp_path):
    missing = Settings(home=settings.home, encoder=str(tmp_path / "none"))
    with pytest.raises(ToolError, match="cannot be loaded"):
        Encoder(missing).encode_queries(["x"])
