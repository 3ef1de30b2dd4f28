"""Networks of other libraries, against a reading of their forward passes that shares no code with the importer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tinydwn.errors import ModelError
from tinydwn.model import classify
from tinydwn.training.foreign import import_difflogic, import_torch_dwn


def random_torch_dwn(rng, bits, sizes, n, learnable):
    """Return a state dict as torch_dwn 1.0.9 names it."""
    state = {}
    for k, size in enumerate(sizes):
        state[f"{k}.luts"] = torch.from_numpy(rng.uniform(-1, 1, (size, 2**n)).astype(np.float32))
        if learnable and k == 0:
            state["0._LUTLayer__dummy_mapping"] = torch.arange(size * n).reshape(size, n).int()
            state["0.mapping.weights"] = torch.from_numpy(rng.random((bits, size * n)).astype(np.float32))
        else:
            state[f"{k}.mapping"] = torch.from_numpy(rng.integers(0, bits, (size, n)).astype(np.int32))
        bits = size
    return state


def answers_of_torch_dwn(state, sizes, n, x, classes):
    """Return classes from bits, (samples, bits), step by step as the module's forward pass goes."""
    for k, size in enumerate(sizes):
        if f"{k}.mapping.weights" in state:
            x = x[:, state[f"{k}.mapping.weights"].argmax(dim=0)]
            mapping = state[f"{k}._LUTLayer__dummy_mapping"]
        else:
            mapping = state[f"{k}.mapping"]
        out = torch.zeros(len(x), size)
        for i in range(len(x)):
            for j in range(size):
                address = sum(2**place for place in range(n) if x[i, mapping[j, place]] > 0)
                out[i, j] = 1.0 if state[f"{k}.luts"][j, address] > 0 else 0.0
        x = out
    x = torch.nn.functional.pad(x, (0, -x.shape[1] % classes))
    votes = x.view(len(x), classes, -1).sum(dim=-1)
    return [row.index(max(row)) for row in votes.tolist()]


@pytest.mark.parametrize("learnable", [True, False])
@pytest.mark.parametrize("last", [12, 10])
def test_a_torch_dwn_model_answers_as_its_forward_pass(tmp_path, learnable, last):
    rng = np.random.default_rng(last)
    # Thresholds of a DistributiveThermometer are samples; equal ones occur.
    samples = (rng.integers(0, 256, (30, 5)) / 255).astype(np.float32)
    thresholds = torch.from_numpy(np.sort(samples, axis=0)[[7, 15, 22]].T.copy())
    thresholds[0, 1] = thresholds[0, 0]
    state = random_torch_dwn(rng, 15, (20, last), 4, learnable)
    bits = (torch.from_numpy(samples)[:, :, None] > thresholds).float().flatten(1)
    expected = answers_of_torch_dwn(state, (20, last), 4, bits, 4)
    torch.save({"state_dict": state, "thresholds": thresholds}, tmp_path / "model.pt")
    names = ("a", "b", "c", "d")
    whole = import_torch_dwn(tmp_path / "model.pt", classes=names, resolution=1 / 255, input_bits=8)
    assert classify(whole, samples.astype(np.float64)).tolist() == expected
    assert whole.class_names == names
    fine = import_torch_dwn(state, classes=4, thresholds=thresholds.numpy())
    assert classify(fine, samples.astype(np.float64)).tolist() == expected


def test_layers_stand_in_the_order_of_their_numbers():
    rng = np.random.default_rng(0)
    state = random_torch_dwn(rng, 6, (6,) * 11, 2, learnable=False)
    imported = import_torch_dwn(dict(reversed(state.items())), classes=2)
    assert len(imported.layers) == 11
    for k, layer in enumerate(imported.layers):
        assert np.array_equal(layer.mapping, state[f"{k}.mapping"].numpy())


def gate(number: int, a: int, b: int) -> int:
    """Return what gate `number` of difflogic gives, from the list of operators in its documentation."""
    return int(
        {
            0: False,
            1: a and b,
            2: a and not b,
            3: a,
            4: b and not a,
            5: b,
            6: a != b,
            7: a or b,
            8: not (a or b),
            9: a == b,
            10: not b,
            11: a or not b,
            12: not a,
            13: b or not a,
            14: not (a and b),
            15: True,
        }[number]
    )


class LogicLayer(torch.nn.Module):
    """What a saved difflogic layer has."""

    def __init__(self, weights: torch.Tensor, indices: tuple[torch.Tensor, torch.Tensor]) -> None:
        super().__init__()
        self.weights = torch.nn.Parameter(weights)
        self.indices = indices


def random_difflogic(rng, inputs, sizes):
    layers = []
    for size in sizes:
        weights = torch.from_numpy(rng.normal(size=(size, 16)).astype(np.float32))
        pair = tuple(torch.from_numpy(rng.integers(0, inputs, size)) for _ in range(2))
        layers.append(LogicLayer(weights, pair))
        inputs = size
    return torch.nn.Sequential(torch.nn.Flatten(), *layers)


def answers_of_difflogic(model, rows, classes):
    answers = []
    for row in rows.tolist():
        signals = [int(value) for value in row]
        for layer in list(model)[1:]:
            gates = layer.weights.argmax(-1).tolist()
            pairs = zip(gates, layer.indices[0].tolist(), layer.indices[1].tolist(), strict=True)
            signals = [gate(number, signals[first], signals[second]) for number, first, second in pairs]
        size = len(signals) // classes
        votes = [sum(signals[k * size : (k + 1) * size]) for k in range(classes)]
        answers.append(votes.index(max(votes)))
    return answers


@pytest.mark.filterwarnings("ignore:.*is unpickled because:UserWarning")
def test_a_difflogic_model_answers_as_its_gates(tmp_path):
    rng = np.random.default_rng(3)
    model = random_difflogic(rng, 7, (64, 30))
    rows = rng.integers(0, 2, (40, 7)).astype(float)
    expected = answers_of_difflogic(model, rows, 3)
    indices = [layer.indices for layer in model if hasattr(layer, "indices")]
    torch.save({"state_dict": model.state_dict(), "indices": indices}, tmp_path / "tensors.pt")
    assert classify(import_difflogic(tmp_path / "tensors.pt", classes=3), rows).tolist() == expected
    torch.save(model, tmp_path / "whole.pt")
    trusted = import_difflogic(tmp_path / "whole.pt", classes=3, trust_pickle=True)
    assert classify(trusted, rows).tolist() == expected


class Trap:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


@pytest.mark.parametrize("load", [import_torch_dwn, import_difflogic])
def test_nothing_is_unpickled_unless_the_file_is_trusted(tmp_path, load):
    path = tmp_path / "model.pt"
    torch.save({"state_dict": Trap(str(tmp_path / "ran"))}, path)
    with pytest.raises(ModelError) as raised:
        load(path, classes=2)
    assert str(raised.value) == (
        f"the model file '{path}' holds pickled objects, which are not loaded, or is damaged\n\n"
        'hint: save tensors only: torch.save({"state_dict": model.state_dict(), ...}, path); '
        "or trust the file, with trust_pickle=True or --trust-pickle, which runs whatever code it holds"
    )
    assert not (tmp_path / "ran").exists()
    with pytest.warns(UserWarning, match="is unpickled because it was said to be trusted"), pytest.raises(ModelError):
        load(path, classes=2, trust_pickle=True)
    assert (tmp_path / "ran").exists()


LUTS = torch.zeros(4, 4)
READ = torch.zeros(4, 2, dtype=torch.int32)
GATES = torch.zeros(4, 16)
PAIR = (torch.zeros(4, dtype=torch.int64), torch.zeros(4, dtype=torch.int64))
SAVE = '\n\nhint: save tensors only: torch.save({"state_dict": model.state_dict(), ...}, path)'
FROM_ZERO = "\n\nhint: bits are numbered from 0 on"
DIVERGED = "\n\nhint: the training may have diverged"
NUMBER = "\n\nhint: give the number of classes that the model was trained with"
AT_LEAST_ONE = "\n\nhint: a class needs at least one table, and there are two classes or more"


def torch_dwn_of(**tensors):
    return {"state_dict": {f"0.{name.replace('_', '.')}": tensor for name, tensor in tensors.items()}}


def difflogic_of(weights=GATES, pair=PAIR):
    return {"state_dict": {"0.weights": weights}, "indices": [pair]}


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16, torch.float64])
def test_floats_of_any_length_are_read(kind):
    rng = np.random.default_rng(4)
    luts = torch.from_numpy(rng.uniform(-1, 1, (4, 4))).to(kind)
    weights, thresholds = torch.eye(8)[:4].to(kind), torch.tensor([[0.25, 0.5], [0.5, 0.75]]).to(kind)
    expected = import_torch_dwn(
        torch_dwn_of(luts=luts.float(), mapping_weights=weights.float()), classes=2, thresholds=thresholds.float()
    )
    given = torch_dwn_of(luts=luts, mapping_weights=weights) | {"thresholds": thresholds}
    assert import_torch_dwn(given, classes=2) == expected
    gates = torch.from_numpy(rng.normal(size=(4, 16))).to(kind)
    assert import_difflogic(difflogic_of(gates), classes=2) == import_difflogic(difflogic_of(gates.double()), classes=2)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (torch.full((4, 4), torch.nan), f"holds values that are no finite numbers{DIVERGED}"),
        (torch.full((4, 4), -torch.inf), f"holds values that are no finite numbers{DIVERGED}"),
        (torch.full((4, 4), 1j), f"is not a dense tensor of real numbers{SAVE}"),
        (torch.zeros(4, 4).to_sparse(), f"is not a dense tensor of real numbers{SAVE}"),
        (torch.zeros(4, 4, device="meta"), f"is not a dense tensor of real numbers{SAVE}"),
        ("tables", f"is not a dense tensor of real numbers{SAVE}"),
        (None, f"is not a dense tensor of real numbers{SAVE}"),
        ([[0.0], [0.0, 1.0]], f"is not a dense tensor of real numbers{SAVE}"),
    ],
)
def test_what_is_not_a_tensor_of_finite_numbers_is_refused(value, text):
    for load, saved, name in [
        (import_torch_dwn, torch_dwn_of(luts=value, mapping=READ), "the tensor '0.luts'"),
        (import_torch_dwn, torch_dwn_of(luts=LUTS, mapping=value), "the tensor '0.mapping'"),
        (import_torch_dwn, torch_dwn_of(luts=LUTS, mapping_weights=value), "the tensor '0.mapping.weights'"),
        (import_difflogic, difflogic_of(weights=value), "the tensor '0.weights'"),
        (import_difflogic, difflogic_of(pair=(PAIR[0], value)), "a tensor of 'indices'"),
    ]:
        with pytest.raises(ModelError) as raised:
            load(saved, classes=2)
        assert str(raised.value) == f"{name} {text}"


@pytest.mark.parametrize("value", [-1, 0.5, 1e300])
def test_what_is_not_the_number_of_a_bit_is_refused(value):
    for load, saved, name in [
        (
            import_torch_dwn,
            torch_dwn_of(luts=LUTS, mapping=torch.full((4, 2), value, dtype=torch.float64)),
            "the tensor '0.mapping'",
        ),
        (
            import_difflogic,
            difflogic_of(pair=(PAIR[0], torch.full((4,), value, dtype=torch.float64))),
            "a tensor of 'indices'",
        ),
    ]:
        with pytest.raises(ModelError) as raised:
            load(saved, classes=2)
        assert str(raised.value) == f"{name} holds {value:g}, which is not the number of a bit{FROM_ZERO}"


@pytest.mark.parametrize(
    ("load", "saved", "text"),
    [
        *(
            (
                import_torch_dwn,
                torch_dwn_of(luts=luts, mapping=READ),
                f"the tensor '0.luts' has shape {tuple(luts.shape)} instead of (tables, 2**inputs){SAVE}",
            )
            for luts in (LUTS[0], LUTS[:0], LUTS[:, :0], LUTS[:, :3], LUTS[None])
        ),
        *(
            (
                import_torch_dwn,
                torch_dwn_of(luts=LUTS, mapping_weights=weights),
                f"the tensor '0.mapping.weights' has shape {tuple(weights.shape)} "
                f"instead of (bits, tables * inputs){SAVE}",
            )
            for weights in (torch.zeros(8), torch.zeros(0, 8))
        ),
        *(
            (
                import_difflogic,
                difflogic_of(weights=weights),
                f"the tensor '0.weights' has shape {tuple(weights.shape)} instead of (gates, 16){SAVE}",
            )
            for weights in (GATES[0], GATES[:0], GATES[:, :15], torch.zeros(4, 17))
        ),
        *(
            (
                import_difflogic,
                difflogic_of(pair=pair),
                "what a difflogic layer reads is not a pair of tensors of equal length",
            )
            for pair in (None, 3, PAIR[0], (PAIR[0][0], PAIR[0][0]), (LUTS, LUTS), torch.tensor(1))
        ),
        (
            import_torch_dwn,
            {3: LUTS, "0.luts": LUTS, "0.mapping": READ},
            f"'state_dict' is not a mapping of names to tensors{SAVE}",
        ),
        (
            import_torch_dwn,
            torch_dwn_of(luts=LUTS, mapping=READ + 1_000_000_000),
            "the model reads 1000000001 features\n\nhint: models of at most 1000000 are imported",
        ),
        (
            import_torch_dwn,
            torch_dwn_of(luts=LUTS, mapping=READ) | {"thresholds": torch.full((1, 1), torch.nan)},
            "thresholds of shape (1, 1) hold values that are no finite numbers\n\n"
            "hint: give one row per feature, as torch_dwn's thermometers hold them",
        ),
        (
            import_torch_dwn,
            torch_dwn_of(luts=LUTS, mapping=READ) | {"thresholds": LUTS.to_sparse()},
            f"'thresholds' is not a dense tensor of real numbers{SAVE}",
        ),
        (
            import_torch_dwn,
            torch_dwn_of(luts=LUTS, mapping=READ) | {"thresholds": [[0.5], [0.5, 0.7]]},
            "the thresholds are no table (features, bits)\n\n"
            "hint: give one row per feature, as torch_dwn's thermometers hold them",
        ),
    ],
)
def test_tensors_that_make_no_network_are_refused(load, saved, text):
    with pytest.raises(ModelError) as raised:
        load(saved, classes=2)
    assert str(raised.value) == text


def test_names_must_be_enough_for_the_features_that_are_read():
    with pytest.raises(ModelError) as raised:
        import_torch_dwn(torch_dwn_of(luts=LUTS, mapping=READ + 2), classes=2, feature_names=["a", "b"])
    assert str(raised.value) == (
        "the first layer reads bit 2, but there are 2 features\n\n"
        "hint: name all features, or give the thresholds of the thermometer that the model was trained with"
    )


def test_layers_may_have_names_that_are_nearly_numbers():
    for prefix in ("²", "9" * 5000):
        state = {f"{prefix}.luts": LUTS, f"{prefix}.mapping": READ}
        assert import_torch_dwn(state, classes=2).luts == 4


@pytest.mark.parametrize(
    ("load", "tables", "classes", "text"),
    [
        *(
            (load, 20, classes, f"the last layer has 20 tables, which cannot vote for {classes} classes{AT_LEAST_ONE}")
            for load in (import_torch_dwn, import_difflogic)
            for classes in (-1, 0, 1, 51, 10**12)
        ),
        (
            import_torch_dwn,
            20,
            19,
            f"the last layer has 20 tables, which leaves none to the last of 19 classes{NUMBER}",
        ),
        (
            import_difflogic,
            20,
            3,
            f"the last layer has 20 tables, which 3 classes cannot share equally{NUMBER}",
        ),
        (import_torch_dwn, 20, "ab", "the classes are 'ab'\n\nhint: give their number, or their names as a list"),
    ],
)
def test_every_class_has_a_table(load, tables, classes, text):
    index = torch.zeros(tables, dtype=torch.int64)
    torch_dwn = torch_dwn_of(luts=torch.zeros(tables, 4), mapping=torch.stack([index, index], dim=1))
    saved = torch_dwn if load is import_torch_dwn else difflogic_of(torch.zeros(tables, 16), (index, index))
    with pytest.raises(ModelError) as raised:
        load(saved, classes=classes)
    assert str(raised.value) == text


@pytest.mark.parametrize(
    ("load", "saved", "text"),
    [
        (import_torch_dwn, {}, "the file holds no layer of torch_dwn: no tensor is named 'luts'"),
        (import_torch_dwn, {"0.luts": LUTS}, "the torch_dwn layer '0.luts' does not say what it reads"),
        (import_torch_dwn, {"0.luts": LUTS, "0.mapping": torch.zeros(3)}, "4 tables of 2 inputs read 8 bits, but 3"),
        (import_torch_dwn, {"state_dict": 3}, "'state_dict' is not a mapping of names to tensors"),
        (
            import_torch_dwn,
            {"state_dict": {"luts": LUTS, "mapping": torch.full((4, 2), 9)}, "thresholds": [[0.5, 0.7]]},
            "the first layer reads bit 9, but there are 2 thermometer bits",
        ),
        (
            import_difflogic,
            {"0.weights": torch.zeros(4, 16)},
            "the difflogic model does not say what its 1 layers read",
        ),
        (
            import_difflogic,
            {"state_dict": {"0.weights": torch.zeros(4, 16)}, "indices": [(torch.zeros(4), torch.zeros(3))]},
            "what a difflogic layer reads is not a pair of tensors of equal length",
        ),
    ],
)
def test_a_file_that_lacks_something_is_refused(load, saved, text):
    with pytest.raises(ModelError) as raised:
        load(saved, classes=2)
    assert raised.value.message.startswith(text)


def test_files_that_are_no_models_are_refused(tmp_path):
    (tmp_path / "text.pt").write_text("not a model")
    with pytest.raises(ModelError, match="holds pickled objects, which are not loaded, or is damaged"):
        import_torch_dwn(tmp_path / "text.pt", classes=2)
    torch.save({"0.luts": LUTS}, tmp_path / "model.pt")
    content = (tmp_path / "model.pt").read_bytes()
    (tmp_path / "half.pt").write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError, match="is not one that torch wrote, or is damaged"):
        import_torch_dwn(tmp_path / "half.pt", classes=2)
    torch.save([1, 2], tmp_path / "list.pt")
    with pytest.raises(ModelError, match="holds a list, no state dict"):
        import_torch_dwn(tmp_path / "list.pt", classes=2)
    with pytest.raises(ModelError, match="cannot be read: No such file or directory"):
        import_torch_dwn(tmp_path / "none.pt", classes=2)


def test_an_empty_file_is_told_from_a_model(tmp_path):
    path = tmp_path / "empty.pt"
    path.touch()
    with pytest.raises(ModelError) as raised:
        import_torch_dwn(path, classes=2)
    assert str(raised.value) == f"the model file '{path}' is not one that torch wrote, or is damaged: EOFError{SAVE}"


@pytest.mark.parametrize("zipped", [True, False])
def test_a_damaged_file_is_refused_or_read(tmp_path, zipped):
    path = tmp_path / "model.pt"
    torch.save(torch_dwn_of(luts=LUTS, mapping=READ), path, _use_new_zipfile_serialization=zipped)
    content = path.read_bytes()
    rng = np.random.default_rng(5)
    told = []
    for place in rng.integers(0, len(content), 150).tolist():
        flipped = bytes([content[place] ^ 1 << int(rng.integers(8))])
        for damaged in (content[:place], content[:place] + flipped + content[place + 1 :]):
            path.write_bytes(damaged)
            try:
                import_torch_dwn(path, classes=2)
            except ModelError as error:
                told.append(error.message)
    assert len(told) >= 150
    assert not any(message.endswith(": ") for message in told)
