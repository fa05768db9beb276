"""The bundled encoder and how any other one is loaded.

    load_encoder(None) → a SentenceTransformer over ONNX Runtime; load_encoder("name or folder") → any other

Importing this package is quick; torch and sentence_transformers are imported by the first call.
"""

from index.encoder.loading import fingerprint, load_encoder, load_tokenizer

__all__ = ["fingerprint", "load_encoder", "load_tokenizer"]
