#!/usr/bin/env python3
"""Sums up the validation losses of several runs: a table of numbers and two pictures. Needs Python 3.9 alone.

    docs/tools/compare_families.sh runs/families
    python3 docs/tools/summarize_families.py runs/families

Reads metrics.jsonl of every folder LAYOUT-SEED in the folders that are named, and the rows of every table (.tsv) that an
earlier call wrote: so `summarize_families.py docs/families.tsv runs/families` adds runs to it. Writes, below --output-dir
(the repository's docs):

    families.tsv                        layout, seed, step, tokens, eval_loss, seconds
    images/validation-loss.svg          loss against steps
    images/validation-loss-seconds.svg  loss against seconds of training

Seconds are those that the steps so far take at the run's median speed, step x median seconds of a step: what else the machine
did meanwhile, on the cores it shared, would otherwise count as training. Validations and saves are not in them. Where a run
was resumed its lines are as if it never stopped; runs that are still going on are summed up as far as they are.
"""

import argparse
import html
import json
import math
import re
import statistics
import sys
from pathlib import Path
from typing import NamedTuple, Optional

COLUMNS = ["layout", "seed", "step", "tokens", "eval_loss", "seconds"]
LAYOUTS = ["bert", "sparse-queries-2", "context-first", "token-dropping"]
# After Okabe and Ito: told apart with any common colour blindness.
COLORS = ["#0072b2", "#d55e00", "#009e73", "#b8578f", "#c98a00", "#3fa0dc", "#6b7177"]
DASHES = ["", "7 4", "2 3", "9 3 2 3"]
FIRST_SHOWN = 0.1  # Of the longest run: before that all losses fall steeply, and the rest would be a line at the bottom.
WIDTH, HEIGHT = 800, 420
LEFT, RIGHT, TOP, BOTTOM = 62, 214, 18, 52


class Point(NamedTuple):
    """One validation; tokens and seconds are those of training so far, seconds None where no clock was read."""

    layout: str
    seed: int
    step: int
    tokens: int
    loss: float
    seconds: Optional[float]


def lines_of(file):
    """The objects of the whole lines: the last may be half written."""
    text = file.read_text(encoding="utf-8")
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def points_of_run(folder, layout, seed):
    lines = lines_of(folder / "metrics.jsonl")
    training = [line for line in lines if "loss" in line]
    seconds_a_step, tokens_until, step, tokens = [], {0: 0}, 0, 0
    for line in training:
        seconds_a_step.append(line["timing"]["seconds"] / (line["step"] - step))
        step, tokens = line["step"], tokens + line["tokens"]
        tokens_until[step] = tokens
    median = statistics.median(seconds_a_step) if seconds_a_step else 0.0
    points = []
    for line in lines:
        if "eval_loss" in line:
            at = line["step"]
            known = max(known for known in tokens_until if known <= at)
            # Between two lines every step has as many tokens as on average.
            rest = round((at - known) * tokens / step) if step else 0
            # As the table tells them, so that a picture drawn from that is the same.
            loss, seconds = round(line["eval_loss"], 4), round(at * median, 1)
            points.append(Point(layout, seed, at, tokens_until[known] + rest, loss, seconds))
    return points


def points_of_folder(folder):
    points = []
    for run in sorted(folder.iterdir()):
        name = re.fullmatch(r"(.+)-(\d+)", run.name)
        if name and (run / "metrics.jsonl").is_file():
            points += points_of_run(run, name[1], int(name[2]))
    if not points:
        sys.exit(f"{folder} has no folder LAYOUT-SEED with a validation in its metrics.jsonl")
    return points


def points_of_table(file):
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    if not rows or rows[0] != COLUMNS:
        sys.exit(f"{file} does not begin with the columns {', '.join(COLUMNS)}")
    return [
        Point(row[0], int(row[1]), int(row[2]), int(row[3]), float(row[4]), float(row[5]) if row[5] else None)
        for row in rows[1:]
    ]


def order(point):
    known = LAYOUTS.index(point.layout) if point.layout in LAYOUTS else len(LAYOUTS)
    return known, point.layout, point.seed, point.step


def table(points):
    rows = ["\t".join(COLUMNS)]
    for point in points:
        seconds = "" if point.seconds is None else f"{point.seconds:.1f}"
        rows.append(
            f"{point.layout}\t{point.seed}\t{point.step}\t{point.tokens}\t{point.loss:.4f}\t{seconds}"
        )
    return "\n".join(rows) + "\n"


def ticks(low, high, most):
    """Round numbers within a range."""
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]


def number(value):
    return f"{value:,.10g}"


def picture(points, x_of, x_title):
    """An SVG of the losses: a layout has its colour, a seed its stroke."""
    longest = max(x_of(point) for point in points)
    shown = [point for point in points if x_of(point) >= FIRST_SHOWN * longest] or points
    xs, ys = [x_of(point) for point in shown], [point.loss for point in shown]
    low_x, high_x = min(xs), max(max(xs), min(xs) + 1)
    margin = 0.05 * (max(ys) - min(ys)) or 0.1
    low_y, high_y = min(ys) - margin, max(ys) + margin

    def x(value):
        return LEFT + (value - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)

    def y(value):
        return HEIGHT - BOTTOM - (value - low_y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM)

    layouts = LAYOUTS + sorted({point.layout for point in points} - set(LAYOUTS))
    seeds = sorted({point.seed for point in points})
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        ' font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#1b1f24">',
        f"<title>Validation loss against {html.escape(x_title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for value in ticks(low_y, high_y, 7):
        parts.append(f'<path d="M{LEFT} {y(value):.1f}H{right}" stroke="#e3e7eb"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{number(value)}</text>')
    for value in ticks(low_x, high_x, 8):
        parts.append(f'<path d="M{x(value):.1f} {bottom}v5" stroke="#57606a"/>')
        parts.append(f'<text x="{x(value):.1f}" y="{bottom + 20}" text-anchor="middle">{number(value)}</text>')
    parts.append(f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="#57606a"/>')
    middle = (TOP + bottom) / 2
    parts.append(f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{html.escape(x_title)}</text>')
    parts.append(
        f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">validation loss, nats</text>'
    )
    at = TOP + 8
    for index, layout in enumerate(layouts):
        color = COLORS[index % len(COLORS)]
        for place, seed in enumerate(seeds):
            run = [point for point in shown if point.layout == layout and point.seed == seed]
            if not run:
                continue
            dash = DASHES[place % len(DASHES)]
            stroke = f'fill="none" stroke="{color}" stroke-width="1.8"' + (
                f' stroke-dasharray="{dash}"' if dash else ""
            )
            way = "L".join(f"{x(x_of(point)):.1f} {y(point.loss):.1f}" for point in run)
            parts.append(f'<path d="M{way}" {stroke} stroke-linejoin="round"/>')
            parts.append(f'<path d="M{right + 12} {at}h26" {stroke}/>')
            parts.append(f'<text x="{right + 44}" y="{at + 4}">{html.escape(layout)}, seed {seed}</text>')
            at += 19
    return "\n".join(parts + ["</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description="Sums up the validation losses of runs.")
    parser.add_argument("sources", nargs="+", type=Path, help="folders of runs LAYOUT-SEED, and tables written earlier")
    docs = Path(__file__).resolve().parent.parent
    parser.add_argument("--output-dir", type=Path, default=docs, help="where the table goes, and images/ (default: docs)")
    arguments = parser.parse_args()
    found = {}
    for source in arguments.sources:
        # A run that is named again replaces what an earlier table says of it.
        read = points_of_table(source) if source.is_file() else points_of_folder(source)
        runs = {(point.layout, point.seed) for point in read}
        found = {key: points for key, points in found.items() if key not in runs}
        for point in read:
            found.setdefault((point.layout, point.seed), []).append(point)
    points = sorted((point for run in found.values() for point in run), key=order)
    images = arguments.output_dir / "images"
    images.mkdir(parents=True, exist_ok=True)
    (arguments.output_dir / "families.tsv").write_text(table(points), encoding="utf-8")
    steps = picture(points, lambda point: point.step, "optimizer steps")
    (images / "validation-loss.svg").write_text(steps, encoding="utf-8")
    timed = [point for point in points if point.seconds is not None]
    if timed:
        seconds = picture(timed, lambda point: point.seconds, "seconds of training, at each run's median speed")
        (images / "validation-loss-seconds.svg").write_text(seconds, encoding="utf-8")
    for (layout, seed), run in found.items():
        last = max(run, key=lambda point: point.step)
        clock = "" if last.seconds is None else f", {last.seconds:,.0f} s of training"
        print(f"{layout}, seed {seed}: {last.loss:.4f} at step {last.step:,}{clock}")


main()
