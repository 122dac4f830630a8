#!/usr/bin/env python3
"""Measures what a user of Python would take: PyTorch, and the code that NarrowBERT's authors released, at the shapes of our benchmarks.

One JSON object a line goes to standard output: what, batch, threads, seconds (of every run), median, tokens a second, the most memory that the process
has held until then (bytes; measure one batch and one mode where it matters), and the versions. BERT-base with random weights, 15% of the tokens masked,
float32 unless said; `forward` is the encoder and the logits of the masked tokens, `step` a training step with dropout 0.1, AdamW (fused) and the head on
the masked rows alone.

Needs PyTorch 2.4 or newer: `pip install torch`. The authors' code needs besides, in an environment of its own,
`pip install transformers==4.28.1 'numpy<2'`; it fails with transformers 5.

  python3 jmh/peers/measure.py --threads 2 --batches 1x16,1x128,8x128 --modes eager,compile,freeze
  python3 jmh/peers/measure.py --threads 2 --batches 8x128 --modes eager --train
  python3 jmh/peers/measure.py --threads 2 --batches 8x128 --train --narrowbert CHECKOUT
  python3 jmh/peers/measure.py --threads 2 --batches 8x128,8x512 --cls --narrowbert CHECKOUT

Modes: eager; compile (torch.compile, which calls a C++ compiler); freeze (the same with weights as constants, for forward passes); bf16 (eager, autocast).
CHECKOUT is a clone of https://github.com/lihaoxin2020/narrowbert: a folder with a package `narrowbert` that has NarrowBertConfig
(full_length_layers, default 2), NarrowBertForMaskedLM (labels of -100 are not masked) and NarrowBertForSequenceClassification.

Exit codes: 2 for a wrong command line, 1 where something is missing or fails.
"""
import argparse
import json
import os
import statistics
import sys
import time

MODES = ("eager", "compile", "freeze", "bf16")
MOST_POSITIONS = 512


def read_batch(text):
    """(sequences, tokens of each)."""
    parts = text.split("x")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is no batch: write sequences x tokens, as 8x128")
    sequences, length = int(parts[0]), int(parts[1])
    if sequences < 1 or not 3 <= length <= MOST_POSITIONS:
        raise argparse.ArgumentTypeError(f"{text!r}: choose 1 sequence or more, of 3 to {MOST_POSITIONS} tokens")
    return sequences, length


def read_batches(text):
    return [read_batch(batch) for batch in text.split(",")]


def read_modes(text):
    modes = text.split(",")
    for mode in modes:
        if mode not in MODES:
            raise argparse.ArgumentTypeError(f"{mode!r} is no mode: choose of {', '.join(MODES)}")
    return modes


def at_least(least, kind):
    def read(text):
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not least <= value < 1e6:
            raise argparse.ArgumentTypeError(f"{text!r}: give a number of {least} or more")
        return value

    return read


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=at_least(1, int), default=2)
    parser.add_argument(
        "--batches", type=read_batches, default="1x16,1x128,8x128", help="sequences x tokens, separated by commas")
    parser.add_argument("--modes", type=read_modes, default="eager", help=f"of {', '.join(MODES)}, separated by commas")
    parser.add_argument("--train", action="store_true", help="training steps instead of forward passes")
    parser.add_argument("--narrowbert", metavar="CHECKOUT", help="measure the authors' code instead")
    parser.add_argument("--cls", action="store_true", help="with --narrowbert: their classifier of 1,000 classes, which reads [CLS]")
    parser.add_argument("--warm-up", type=at_least(0, float), default=5, help="seconds")
    parser.add_argument("--runs", type=at_least(1, int), default=5, help="at least")
    parser.add_argument("--seconds", type=at_least(0, float), default=5, help="at least")
    parser.add_argument("--compare", action="store_true", help="check each mode's logits against eager ones first")
    options = parser.parse_args()
    if options.train and "freeze" in options.modes:
        parser.error("--modes freeze answers only: leave out --train")
    if options.cls and (options.train or not options.narrowbert):
        parser.error("--cls is a forward pass of the authors' code: add --narrowbert CHECKOUT and leave out --train")
    if options.narrowbert and not os.path.isfile(os.path.join(options.narrowbert, "narrowbert", "__init__.py")):
        parser.error(f"--narrowbert {options.narrowbert}: there is no package narrowbert in that folder")
    return options


def pin(threads):
    """Confines the process to the first processors, as our benchmarks do."""
    if not hasattr(os, "sched_setaffinity"):
        return
    allowed = sorted(os.sched_getaffinity(0))
    if threads > len(allowed):
        print(f"{threads} threads share {len(allowed)} processors", file=sys.stderr)
    os.sched_setaffinity(0, allowed[:threads])


def resident_at_most():
    """Bytes, or None where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return None


def seconds(run, warm_up, least_runs, least_seconds):
    """Seconds of each run: as many as asked for, and more until they fill the time."""
    begun = time.perf_counter()
    done = 0
    while done < 2 or time.perf_counter() - begun < warm_up:
        run()
        done += 1
    times = []
    while len(times) < least_runs or sum(times) < least_seconds:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return times


def versions(options):
    """What may explain that the authors' code fails."""
    if not options.narrowbert:
        return ""
    try:
        from transformers import __version__ as installed
    except ImportError:
        installed = "missing"
    return f" (transformers is {installed}; the authors' code needs 4.28.1: pip install transformers==4.28.1 'numpy<2')"


def main():
    options = read_options()
    pin(options.threads)  # before PyTorch counts the processors
    try:
        import torch

        import bert_models
    except (ImportError, OSError) as missing:
        sys.exit(f"PyTorch cannot be loaded ({missing}): pip install torch, in an environment of its own")
    torch.set_num_threads(options.threads)
    before = resident_at_most()

    def runs(ids, rows, labels):
        if options.cls:
            yield "authors' [CLS]", bert_models.authors_first_row(options.narrowbert, ids)
            return
        if options.narrowbert:
            yield "authors", bert_models.authors(options.narrowbert, options.train, ids, rows, labels)
            return
        for mode in options.modes:
            if options.compare:
                difference = bert_models.largest_difference(mode, ids, rows)
                print(f"{mode}: largest difference from eager logits {difference:.1e}", file=sys.stderr)
            yield mode, bert_models.step(mode, ids, rows, labels) if options.train else bert_models.forward(mode, ids, rows)

    for sequences, length in options.batches:
        try:
            for name, run in runs(*bert_models.make_batch(sequences, length)):
                times = seconds(run, options.warm_up, options.runs, options.seconds)
                median = statistics.median(times)
                print(json.dumps({
                    "what": f"{'step' if options.train else 'forward'} {name}",
                    "batch": f"{sequences}x{length}",
                    "threads": torch.get_num_threads(),
                    "median": median,
                    "tokens_per_second": sequences * length / median,
                    "seconds": times,
                    "resident_at_most": resident_at_most(),
                    "resident_after_import": before,
                    "torch": torch.__version__,
                    "processors": sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [],
                }), flush=True)
        except Exception as failed:  # a mode that this machine or these versions lack
            lines = str(failed).strip().splitlines() or [""]
            sys.exit(f"{sequences}x{length}: {type(failed).__name__}: {lines[0]}{versions(options)}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
