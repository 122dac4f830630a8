#!/usr/bin/env python3
"""Sums up fine-tuned models: a table of test figures, mean and standard deviation over seeds. Needs Python 3.9 alone.

    docs/tools/compare_finetuning.sh runs/families runs/finetuning
    python3 docs/tools/summarize_finetuning.py runs/finetuning

Reads eval_results.json and metrics.jsonl of every folder SET/MODEL/seed-N. Prints a table in Markdown: of each model and set
the test set's accuracy (texts) or F1 of entities (words) in percent, and the seconds of training, steps times the median
second of a step, the mean over the seeds.
"""

import json
import statistics
import sys
from pathlib import Path


def figure(results):
    # Two-class texts have an F1 too, of one class; entities' comes with precision and recall.
    return 100 * results["test_f1" if "test_precision" in results else "test_accuracy"]


def seconds(run):
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    steps = [line for line in lines if "loss" in line]
    spans = []
    before = 0
    for line in steps:
        spans.append(line["timing"]["seconds"] / (line["step"] - before))
        before = line["step"]
    return before * statistics.median(spans)


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    cells = {}
    for results in sorted(Path(sys.argv[1]).glob("*/*/seed-*/eval_results.json")):
        run = results.parent
        found = json.loads(results.read_text())
        cells.setdefault((run.parents[1].name, run.parent.name), []).append((figure(found), seconds(run)))
    sets = sorted({of for of, _ in cells})
    models = list(dict.fromkeys(model for _, model in cells))
    print("| model | " + " | ".join(f"{of} | seconds" for of in sets) + " |")
    print("|---|" + "---|---|" * len(sets))
    for model in models:
        row = []
        for of in sets:
            runs = cells.get((of, model), [])
            figures = [one for one, _ in runs]
            spread = f" ± {statistics.stdev(figures):.1f}" if len(figures) > 1 else ""
            row.append(f"{statistics.mean(figures):.1f}{spread}" if runs else "")
            row.append(f"{statistics.mean(second for _, second in runs):,.0f}" if runs else "")
        print(f"| {model} | " + " | ".join(row) + " |")


main()
