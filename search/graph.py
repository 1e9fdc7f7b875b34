"""The local model's graph, made anew from the weights in its package, so that they stay in 8 bits at work.

The package's own graph turns the weights into single precision when it is loaded: each query then reads 42 MB
of them. Here a matrix is multiplied as it is stored, by activations in 8 bits, and what belongs together is
one operation. The network is BERT's (Devlin et al., 2018) in MiniLM's sizes, the operations are ONNX's and
those that onnxruntime adds. What it saves and costs: docs/decisions/0017-weights-in-eight-bits.md.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, load_from_string, numpy_helper

INPUT = "input_ids"
"""One row of token ids, (1, tokens)."""
OUTPUT = "vector"
"""The mean of the tokens' vectors, (1, width)."""
HEADS = 12
EPSILON = 1e-12
"""Of BERT's layer normalisation."""
BLOCK = 128
"""Numbers that share a scale when activations become 8 bits: 64 are no better and take 14 % longer."""
MIDDLE = 128
"""What stands for zero where 8 bits have no sign."""
OPSET = 17
ONNXRUNTIME = "com.microsoft"

Array = NDArray[Any]


def graph_of(model: bytes) -> bytes:
    """The graph for one text without padding, from the package's file, whose hash the caller has checked."""
    weights = load_from_string(model).graph.initializer
    return _Graph({one.name: numpy_helper.to_array(one) for one in weights}).made()


class _Graph:
    """Operations in order; a result is named by the place of its operation."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self._weights = weights
        # In the file's order: query, key, value and output of the attention, then the two that feed forward.
        matrices = [name[: -len("_q")] for name in weights if name.startswith("val_") and name.endswith("_q")]
        self._layers = list(zip(*[iter(matrices)] * 6, strict=True))
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def made(self) -> bytes:
        state = self._embeddings()
        for number, matrices in enumerate(self._layers):
            state = self._layer(state, f"inner.encoder.layer.{number}.", matrices)
        self._op("ReduceMean", state, axes=[1], keepdims=0, out=OUTPUT)
        ids = helper.make_tensor_value_info(INPUT, TensorProto.INT64, [1, "tokens"])
        vector = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [1, None])
        graph = helper.make_graph(self._nodes, "minilm", [ids], [vector], self._constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(ONNXRUNTIME, 1)]
        return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString())

    def _embeddings(self) -> str:
        """Of words, from 8 bits and a scale for each; of places, those of the first kind of token added."""
        weights = self._weights
        words, places = (f"inner.embeddings.{kind}_embeddings.weight" for kind in ("word", "position"))
        numbers = self._op("Gather", self._constant(weights[f"{words}_q"]), INPUT)
        scales = self._op("Gather", self._constant(weights[f"{words}_scale"]), INPUT)
        word = self._op("Mul", self._op("Cast", numbers, to=TensorProto.FLOAT), scales)
        kind = weights["inner.embeddings.token_type_embeddings.weight"][0]
        every = self._constant(weights[f"{places}_q"] * weights[f"{places}_scale"] + kind)
        first, axis = self._constant(np.array([0])), self._constant(np.array([0]))
        place = self._op("Slice", every, first, self._op("Shape", INPUT, start=1, end=2), axis)
        return self._normalised(self._op("Add", word, place), "inner.embeddings.LayerNorm")

    def _layer(self, state: str, name: str, matrices: tuple[str, ...]) -> str:
        query, key, value, output, wide, narrow = matrices
        kinds = ("query", "key", "value")
        bias = np.concatenate([self._weights[f"{name}attention.self.{kind}.bias"] for kind in kinds])
        three = self._product(state, (query, key, value), bias)
        parts = self._split(three, 3, len(bias) // 3)
        seen = self._op("MultiHeadAttention", *parts, num_heads=HEADS, domain=ONNXRUNTIME)
        after = self._product(seen, (output,), self._weights[f"{name}attention.output.dense.bias"])
        state = self._normalised(self._op("Add", after, state), f"{name}attention.output.LayerNorm")
        bent = self._constant(self._weights[f"{name}intermediate.dense.bias"])
        inner = self._op("BiasGelu", self._product(state, (wide,)), bent, domain=ONNXRUNTIME)
        after = self._product(inner, (narrow,), self._weights[f"{name}output.dense.bias"])
        return self._normalised(self._op("Add", after, state), f"{name}output.LayerNorm")

    def _product(self, state: str, matrices: tuple[str, ...], bias: Array | None = None) -> str:
        """With matrices beside each other, each (inputs, outputs) with a scale for each output."""
        numbers = np.concatenate([self._weights[f"{name}_q"] for name in matrices], axis=1)
        scales = np.concatenate([self._weights[f"{name}_scale"].ravel() for name in matrices])
        inputs, outputs = numbers.shape
        blocks = inputs // BLOCK
        rows = (numbers.T.astype(np.int16) + MIDDLE).astype(np.uint8).reshape(outputs, blocks, BLOCK)
        given = [state, self._constant(rows), self._constant(np.repeat(scales, blocks))]
        if bias is not None:
            given += ["", "", self._constant(bias)]
        sizes = {"K": inputs, "N": outputs, "bits": 8, "block_size": BLOCK, "accuracy_level": 4}
        return self._op("MatMulNBits", *given, domain=ONNXRUNTIME, **sizes)

    def _split(self, state: str, count: int, width: int) -> list[str]:
        parts = [f"{state}_{number}" for number in range(count)]
        sizes = self._constant(np.full(count, width))
        self._nodes.append(helper.make_node("Split", [state, sizes], parts, axis=2))
        return parts

    def _normalised(self, state: str, name: str) -> str:
        weight, bias = (self._constant(self._weights[f"{name}.{kind}"]) for kind in ("weight", "bias"))
        return self._op("LayerNormalization", state, weight, bias, epsilon=EPSILON)

    def _constant(self, values: Array) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _op(self, kind: str, *given: str, out: str = "", domain: str = "", **settings: Any) -> str:
        out = out or f"h{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, given, [out], domain=domain, **settings))
        return out
