// The chip of this page at work: values to words, words to bits, bits through the netlist to a class.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("live-data").textContent);
  const block = document.getElementById("live");
  const fields = [...block.querySelectorAll("[data-feature]")];
  const words = [...block.querySelectorAll("[data-word]")];
  const answerText = document.getElementById("live-answer");
  const truthText = document.getElementById("live-truth");
  const placeText = document.getElementById("live-place");
  let place = -1; // of the sample that is shown, -1 for values of the reader's own
  let last = -1;

  // clamp(floor((value - offset) / step), 0, largest), in double precision as the encoder computes it.
  function wordOf(value, feature) {
    return Math.min(Math.max(Math.floor((value - feature.offset) / feature.step), 0), 2 ** feature.bits - 1);
  }

  function bitOf(word, bit) {
    return Math.floor(word / 2 ** bit) % 2;
  }

  function throughNodes(values, nodes) {
    for (const [table, ...fanin] of nodes) {
      let address = 0;
      fanin.forEach((net, k) => { address += values[net] << k; });
      values.push(Number(table[address]));
    }
    return values;
  }

  function codeOf(wordsNow) {
    const bits = data.inputs.map(([feature, bit]) => (feature < 0 ? 0 : bitOf(wordsNow[feature], bit)));
    const nets = throughNodes([0, 1, ...bits], data.nodes);
    return data.outputs.reduce((code, net, k) => code + nets[net] * 2 ** k, 0);
  }

  // The class that a code means, -1 where it means none.
  function classOf(code) {
    return data.classes.findIndex(([, own]) => own === code);
  }

  function classify(values) {
    if (values.length !== data.features.length || !values.every(Number.isFinite)) {
      throw new RangeError(`expected ${data.features.length} finite values`);
    }
    return classOf(codeOf(values.map((value, k) => wordOf(value, data.features[k]))));
  }

  function light(drawing, wordsNow) {
    const element = document.getElementById(drawing.id);
    if (!element || (!drawing.inputs.length && drawing.gates.some(([, ...reads]) => reads.length))) {
      return;
    }
    const ones = wordsNow && throughNodes(
      drawing.inputs.map(([feature, kind, number]) =>
        kind === "bit" ? bitOf(wordsNow[feature], number) : Number(wordsNow[feature] >= number)),
      drawing.gates,
    );
    for (const part of element.querySelectorAll("[data-net]")) {
      part.classList.toggle("one", Boolean(ones && ones[Number(part.dataset.net)]));
    }
  }

  function numberIn(field) {
    const text = field.value.trim().replace(/^(-?\d*),(\d+)$/, "$1.$2");
    return text === "" ? NaN : Number(text);
  }

  function refresh() {
    const values = fields.map(numberIn);
    const wordsNow = values.map((value, k) => wordOf(value, data.features[k]));
    const valid = values.every(Number.isFinite);
    fields.forEach((field, k) => {
      const wrong = !Number.isFinite(values[k]);
      field.setAttribute("aria-invalid", String(wrong));
      const { bits } = data.features[k];
      words[k].textContent = wrong ? "not a number" : `word ${wordsNow[k]} = ${wordsNow[k].toString(2).padStart(bits, "0")}`;
    });
    const found = valid ? classOf(codeOf(wordsNow)) : -1;
    answerText.textContent = found >= 0 ? data.classes[found][0] : valid ? "no class" : "nothing: a value is missing";
    data.drawings.forEach((drawing) => light(drawing, valid ? wordsNow : null));
    return found;
  }

  function tellTruth(found) {
    if (place < 0) {
      truthText.textContent = "";
      truthText.className = "";
      return;
    }
    const right = data.samples[place][1] === found;
    truthText.textContent = right ? " ✓ right" : ` ✗ wrong: it is ${data.classes[data.samples[place][1]][0]}`;
    truthText.className = right ? "right" : "wrong";
  }

  function show(k) {
    place = last = k;
    data.samples[k][0].forEach((value, j) => { fields[j].value = String(value); });
    placeText.textContent = `test sample ${k + 1} of ${data.samples.length}`;
    const found = refresh();
    tellTruth(found);
    return { sample: k, answer: found, text: answerText.textContent };
  }

  // Show the next test sample, or the one `by` further on.
  function step(by = 1) {
    const count = data.samples.length;
    return count ? show(((last + by) % count + count) % count) : null;
  }

  block.addEventListener("input", () => {
    place = -1;
    if (placeText) {
      placeText.textContent = "values of your own";
    }
    refresh();
    tellTruth(-1);
  });
  block.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) {
      step(Number(button.dataset.step));
    }
  });
  block.querySelector("form").addEventListener("submit", (event) => event.preventDefault());

  block.hidden = false;
  if (step() === null) {
    fields.forEach((field, k) => { field.value = String(data.features[k].middle); });
    refresh();
  }
  window.tinydwn = {
    samples: data.samples.map(([values, label, answer]) => ({ values, label, answer })),
    classify,
    step,
  };
})();
