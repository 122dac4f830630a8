#!/usr/bin/env python3
"""Measures what a user of Python would take: PyTorch, and the code that NarrowBERT's authors released, at the shapes of our benchmarks.

One JSON object a line goes to standard output: what, batch, threads, seconds (every run), median, tokens a second, and the versions. BERT-base with
random weights, 15% of the tokens masked, float32 unless said; `forward` is the encoder and the logits of the masked tokens, `step` a training step
with dropout 0.1, AdamW (fused) and the head on the masked rows alone.

Needs PyTorch 2: `pip install torch`. The authors' code needs transformers 4.28 besides, in the same environment.

  python3 jmh/peers/measure.py --threads 2 --batches 1x16,1x128,8x128 --modes eager,compile,bf16
  python3 jmh/peers/measure.py --threads 2 --batches 8x128 --modes eager,bf16 --train
  python3 jmh/peers/measure.py --threads 2 --batches 8x128 --train --narrowbert CHECKOUT

CHECKOUT is a clone of https://github.com/lihaoxin2020/narrowbert: a folder with a package `narrowbert` that has NarrowBertConfig
(full_length_layers, default 2) and NarrowBertForMaskedLM (labels of -100 are not masked).
"""
import argparse
import json
import math
import os
import statistics
import sys
import time

import torch
import torch.nn.functional as functional
from torch import nn

VOCABULARY, HIDDEN, HEADS, INNER, LAYERS, POSITIONS = 30_522, 768, 12, 3_072, 12, 512
MASK, MASKED_SHARE, IGNORED = 103, 0.15, -100


class Layer(nn.Module):
    """Attention and feed-forward of BERT, the LayerNorm after each."""

    def __init__(self, dropout):
        super().__init__()
        self.projections = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.attended = nn.Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.inner = nn.Linear(HIDDEN, INNER)
        self.output = nn.Linear(INNER, HIDDEN)
        self.output_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = dropout

    def forward(self, states):
        batch, length, _ = states.shape
        query, key, value = (
            part.view(batch, length, HEADS, HIDDEN // HEADS).transpose(1, 2)
            for part in self.projections(states).split(HIDDEN, dim=-1)
        )
        rate = self.dropout if self.training else 0.0
        context = functional.scaled_dot_product_attention(query, key, value, dropout_p=rate)
        context = context.transpose(1, 2).reshape(batch, length, HIDDEN)
        states = self.attention_norm(states + self.drop(self.attended(context)))
        return self.output_norm(states + self.drop(self.output(functional.gelu(self.inner(states)))))

    def drop(self, states):
        return functional.dropout(states, self.dropout, self.training)


class Bert(nn.Module):
    """BERT's masked language model; its head reads the given rows alone."""

    def __init__(self, dropout):
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.places = nn.Embedding(POSITIONS, HIDDEN)
        self.types = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.transform = nn.Linear(HIDDEN, HIDDEN)
        self.transform_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.bias = nn.Parameter(torch.zeros(VOCABULARY))
        self.dropout = dropout
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, ids, rows):
        places = torch.arange(ids.shape[1])
        states = self.norm(self.words(ids) + self.types(torch.zeros_like(ids)) + self.places(places))
        states = functional.dropout(states, self.dropout, self.training)
        for layer in self.layers:
            states = layer(states)
        chosen = states.reshape(-1, HIDDEN).index_select(0, rows)
        transformed = self.transform_norm(functional.gelu(self.transform(chosen)))
        return functional.linear(transformed, self.words.weight, self.bias)


def make_batch(sequences, length):
    """Ids with masked places, the masked rows, and their right ids."""
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(0, VOCABULARY, (sequences, length), generator=generator)
    count = max(1, round(MASKED_SHARE * length))
    rows = torch.cat([
        torch.randperm(length - 2, generator=generator)[:count].sort().values + 1 + sequence * length
        for sequence in range(sequences)
    ])
    labels = ids.flatten()[rows].clone()
    ids.view(-1)[rows] = MASK
    return ids, rows, labels


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


def report(what, batch, tokens, threads, times):
    median = statistics.median(times)
    print(json.dumps({
        "what": what,
        "batch": batch,
        "threads": threads,
        "median": median,
        "tokens_per_second": tokens / median,
        "seconds": times,
        "torch": torch.__version__,
        "processors": sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [],
    }), flush=True)


def measure_forward(mode, ids, rows):
    model = Bert(0.0).eval()
    call = torch.compile(model) if mode == "compile" else model

    def run():
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=mode == "bf16"):
            call(ids, rows)

    return run


def measure_step(mode, ids, rows, labels):
    model = Bert(0.1).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.01, fused=True)
    call = torch.compile(model) if mode == "compile" else model

    def run():
        with torch.autocast("cpu", torch.bfloat16, enabled=mode == "bf16"):
            loss = functional.cross_entropy(call(ids, rows).float(), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if not math.isfinite(loss.item()):
            raise SystemExit("the loss is no number")

    return run


def measure_authors(checkout, train, ids, rows, labels):
    """The authors' model, 2 full and 10 narrow layers, as it comes."""
    sys.path.insert(0, checkout)
    from narrowbert import NarrowBertConfig, NarrowBertForMaskedLM

    torch.manual_seed(1)
    model = NarrowBertForMaskedLM(NarrowBertConfig())
    all_labels = torch.full_like(ids, IGNORED)
    all_labels.view(-1)[rows] = labels
    mask = torch.ones_like(ids)
    if not train:
        model.eval()

        def answer():
            with torch.inference_mode():
                model(input_ids=ids, attention_mask=mask, labels=all_labels)

        return answer
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.01, fused=True)

    def step():
        model(input_ids=ids, attention_mask=mask, labels=all_labels).loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return step


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batches", default="1x16,1x128,8x128", help="sequences x tokens, separated by commas")
    parser.add_argument("--modes", default="eager", help="of eager, compile, bf16, separated by commas")
    parser.add_argument("--train", action="store_true", help="training steps instead of forward passes")
    parser.add_argument("--narrowbert", metavar="CHECKOUT", help="measure the authors' code instead")
    parser.add_argument("--warm-up", type=float, default=5, help="seconds")
    parser.add_argument("--runs", type=int, default=5, help="at least")
    parser.add_argument("--seconds", type=float, default=5, help="at least")
    options = parser.parse_args()
    unknown = set(options.modes.split(",")) - {"eager", "compile", "bf16"}
    if unknown:
        parser.error(f"--modes has {', '.join(sorted(unknown))}: choose of eager, compile, bf16")
    torch.set_num_threads(options.threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    kind = "step" if options.train else "forward"
    for batch in options.batches.split(","):
        sequences, length = (int(size) for size in batch.split("x"))
        ids, rows, labels = make_batch(sequences, length)
        if options.narrowbert:
            runs = {"authors": measure_authors(options.narrowbert, options.train, ids, rows, labels)}
        else:
            runs = {}
            for mode in options.modes.split(","):
                runs[mode] = (
                    measure_step(mode, ids, rows, labels) if options.train else measure_forward(mode, ids, rows)
                )
        for name, run in runs.items():
            times = seconds(run, options.warm_up, options.runs, options.seconds)
            report(f"{kind} {name}", batch, sequences * length, options.threads, times)


if __name__ == "__main__":
    main()
