"""The page at work in a browser: what it computes is what the classifier answers."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import websocket

from tinydwn.data import load_dataset
from tinydwn.export.bundle import Bundle
from tinydwn.model.reference import classify
from tinydwn.model.store import from_bytes
from tinydwn.report.facts import Drawing
from tinydwn.report.page import to_html
from tinydwn.report.run_report import RunReport, from_text
from tinydwn.synthesis import SynthesisOptions

_PATIENCE_S = 60.0


class Browser:
    """A browser without a screen, spoken to by its DevTools protocol."""

    def __init__(self, program: Path, folder: Path) -> None:
        options = (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank",
        )  # fmt: skip
        self._process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port, path = self._address(folder / "DevToolsActivePort")
        self._socket = websocket.create_connection(
            f"ws://127.0.0.1:{port}{path}", timeout=_PATIENCE_S, suppress_origin=True
        )
        self._sent = 0
        self._session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")

    def _address(self, file: Path) -> tuple[str, str]:
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            lines = file.read_text().splitlines() if file.exists() else []
            if len(lines) == 2:
                return lines[0], lines[1]
            time.sleep(0.05)
        raise TimeoutError("the browser did not start")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": parameters}
        self._socket.send(json.dumps(message | ({"sessionId": self._session} if self._session else {})))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._sent:
                assert "error" not in answer, answer
                return answer["result"]

    def open(self, page: Path) -> None:
        self.call("Page.navigate", url=page.as_uri())
        end = time.monotonic() + _PATIENCE_S
        while self.run("document.readyState + location.protocol") != "completefile:" and time.monotonic() < end:
            time.sleep(0.02)

    def run(self, script: str) -> Any:
        """Return the value of a script in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(_PATIENCE_S)


@pytest.fixture(scope="module")
def browser(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    found = Browser(chromium, tmp_path_factory.mktemp("browser"))
    yield found
    found.close()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "report.html"


def _show(browser: Browser, page: Path, report: RunReport) -> None:
    page.write_text(to_html(report), encoding="utf-8")
    browser.open(page)


@pytest.mark.parametrize(("which", "made"), [("report", "iris_chip"), ("two_classes", "cancer_chip")])
def test_stepping_through_samples_shows_the_golden_answers(
    browser: Browser, page: Path, request: pytest.FixtureRequest, which: str, made: str
) -> None:
    report, chip = request.getfixturevalue(which), request.getfixturevalue(made)
    _show(browser, page, report)
    names = chip.classifier.class_names
    rows = np.zeros((len(report.samples), len(chip.classifier.encoder.feature_names)))
    for k, one in enumerate(report.interface.features_read):
        rows[:, one.column] = [sample.values[k] for sample in report.samples]
    golden = classify(chip.classifier, rows).tolist()
    assert browser.run("document.getElementById('live').hidden") is False
    for k in range(20):
        shown = browser.run(
            "[document.getElementById('live-answer').textContent, document.getElementById('live-place').textContent,"
            " document.getElementById('live-truth').className]"
        )
        right = "right" if golden[k] == report.samples[k].label else "wrong"
        assert shown == [names[golden[k]], f"test sample {k + 1} of {len(report.samples)}", right]
        browser.run("document.querySelector('[data-step=\"1\"]').click()")
    assert browser.run("tinydwn.samples.map(sample => tinydwn.classify(sample.values))") == golden


def _searched(name: str) -> Bundle:
    from tests import bundles  # here, as most tests need nothing of the whole road

    options = SynthesisOptions(
        training={"epochs": 4, "layers": (12,), "bits_per_feature": 4},
        circuits=2_000,
        points=2,
        most_nand2=16.0,
        libraries=(bundles.LIBRARY,),
    )
    return bundles.bundle_of(name, options)


@pytest.mark.parametrize("name", ["iris", "breast_cancer"])
def test_the_page_of_a_search_answers_twenty_samples_as_the_circuit_does(
    browser: Browser, page: Path, request: pytest.FixtureRequest, name: str
) -> None:
    bundle = request.getfixturevalue("searched_bundle") if name == "iris" else _searched(name)
    report = from_text(bundle.files["report.json"].decode())
    page.write_bytes(bundle.files["report.html"])
    browser.open(page)
    classifier = from_bytes(bundle.files["model.npz"])
    test = load_dataset(name).split(test_fraction=0.2, seed=0).test_features[:20]
    golden = [classifier.class_names[answer] for answer in classify(classifier, test)]
    shown = []
    for k in range(20):
        browser.run(f"tinydwn.step({0 if k == 0 else 1})")
        shown.append(browser.run("document.getElementById('live-answer').textContent"))
    assert shown == golden
    assert [report.model.class_names[sample.answer] for sample in report.samples[:20]] == golden


def test_any_values_are_answered_as_by_the_classifier(
    browser: Browser, page: Path, two_classes: RunReport, cancer_chip: Any
) -> None:
    _show(browser, page, two_classes)
    encoder = cancer_chip.classifier.encoder
    random = np.random.default_rng(0)
    low = encoder.fixed_point.offset
    span = encoder.fixed_point.step * (encoder.fixed_point.largest_word + 1)
    values = low + span * random.uniform(-0.3, 1.3, (300, 4))
    edges = encoder.thresholds
    values[:100] = np.where(random.random((100, 4)) < 0.5, edges, np.nextafter(edges, np.inf))
    values[100] = 1e300
    values[101] = -1e300
    answers = browser.run(f"{values.tolist()}.map(tinydwn.classify)")
    assert answers == classify(cancer_chip.classifier, values).tolist()


def _ones(drawing: Drawing, bits: dict[str, bool]) -> set[int]:
    values = [bits[name] for name in drawing.inputs]
    for gate in drawing.gates:
        address = sum(values[vertex] << k for k, vertex in enumerate(gate.reads))
        values.append(bool(gate.table >> address & 1))
    return {vertex for vertex, value in enumerate(values) if value}


def test_the_wires_that_are_one_are_lit_and_no_others(
    browser: Browser, page: Path, report: RunReport, iris_chip: Any
) -> None:
    _show(browser, page, report)
    encoder = iris_chip.classifier.encoder
    for k in range(8):
        browser.run(f"tinydwn.step({0 if k == 0 else 1})")
        values = dict(
            zip((one.feature for one in report.interface.features_read), report.samples[k].values, strict=True)
        )
        row = np.array([[values.get(name, 0.0) for name in encoder.feature_names]])
        words = encoder.fixed_point.words(row)[0]
        bits = {
            f"{name}[{bit}]": bool(words[j] >> bit & 1)
            for j, name in enumerate(encoder.feature_names)
            for bit in range(6)
        }
        bits |= dict(zip(encoder.bit_names, encoder.encode(row)[0].tolist(), strict=True))
        for drawing in report.drawings:
            nets = browser.run(
                f"[...document.querySelectorAll('#drawing-{drawing.cut} .one')].map(part => Number(part.dataset.net))"
            )
            assert set(nets) == _ones(drawing, bits)


def test_what_is_no_number_is_said_to_be_none_and_lights_nothing(
    browser: Browser, page: Path, report: RunReport
) -> None:
    _show(browser, page, report)
    change = (
        "(text => { const field = document.querySelector('[data-feature]'); field.value = text;"
        " field.dispatchEvent(new Event('input', {bubbles: true}));"
        " return [field.getAttribute('aria-invalid'), document.getElementById('live-answer').textContent,"
        " document.getElementById('live-place').textContent, document.querySelectorAll('.one').length > 0]; })"
    )
    for text in ("abc", "", "1e999", "1,2,3"):
        assert browser.run(f"{change}('{text}')") == [
            "true",
            "nothing: a value is missing",
            "values of your own",
            False,
        ]
    assert browser.run(f"{change}('4,5')") == ["false", "versicolor", "values of your own", True]
    assert browser.run("tinydwn.step(-1).sample") == len(report.samples) - 1


def test_a_page_without_samples_starts_with_values_in_the_middle(
    browser: Browser, page: Path, of_a_model: RunReport
) -> None:
    _show(browser, page, of_a_model)
    assert browser.run("tinydwn.step()") is None
    assert browser.run("document.getElementById('live-answer').textContent") in of_a_model.model.class_names


def test_no_name_can_run_as_a_script_of_the_page(browser: Browser, page: Path, report: RunReport) -> None:
    nasty = "</script><script>window.broken = 1</script><img src=x onerror='window.broken = 1'> <!-- \u2028"
    features = tuple(replace(one, feature=nasty * k) for k, one in enumerate(report.interface.features, start=1))
    classes = tuple(replace(one, name=nasty) for one in report.interface.classes)
    _show(browser, page, replace(report, interface=replace(report.interface, features=features, classes=classes)))
    assert browser.run("window.broken") is None
    assert browser.run("document.getElementById('live-answer').textContent") == nasty


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_reaches_beyond_the_edge_of_a_screen(
    browser: Browser, page: Path, two_classes: RunReport, width: int
) -> None:
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 500)
    _show(browser, page, two_classes)
    assert browser.run("document.documentElement.scrollWidth") <= width
    shown = browser.run("['.wide', '.narrow'].map(name => document.querySelector(name).offsetWidth > 0)")
    assert shown == [width > 500, width < 500]
    browser.call("Emulation.clearDeviceMetricsOverride")


def test_without_a_script_the_page_says_what_is_missing(browser: Browser, page: Path, report: RunReport) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    _show(browser, page, report)
    assert browser.run("document.getElementById('live').hidden") is True
    assert browser.run("document.querySelector('noscript').innerText").startswith("With JavaScript, the page computes")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
