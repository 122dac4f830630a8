#!/usr/bin/env python3
"""Fine-tunes a model of a Hugging Face directory on labelled texts with Python's transformers, by the settings of `narrowbert finetune`.

    pip install torch transformers
    python3 docs/tools/finetune_transformers.py --model DIR --parts DIR --output-dir DIR [--seed N] [--threads N]

--parts is what `narrowbert data split` wrote: train.jsonl, validation.jsonl, test.jsonl with `text` and `label`. As there: AdamW (weight decay
0.01 but for biases and LayerNorm, gradients of norm 1 at most), the learning rate falling as a cosine over all steps, texts of 128 tokens at
most, the best epoch by accuracy on the validation set, which alone is measured on the test set. Writes eval_results.json under the same names,
so that summarize_finetuning.py reads it: DIR/SET/MODEL/seed-N.
"""
import argparse
import copy
import json
import random
import time
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, get_cosine_with_hard_restarts_schedule_with_warmup

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--model", required=True)
parser.add_argument("--parts", type=Path, required=True)
parser.add_argument("--output-dir", type=Path, required=True)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--num-train-epochs", type=int, default=3)
parser.add_argument("--learning-rate", type=float, default=5e-5)
parser.add_argument("--per-device-train-batch-size", type=int, default=16)
parser.add_argument("--threads", type=int, default=torch.get_num_threads())
args = parser.parse_args()

torch.set_num_threads(args.threads)
torch.manual_seed(args.seed)
shuffler = random.Random(args.seed)
tokenizer = AutoTokenizer.from_pretrained(args.model)


def read(part):
    return [json.loads(line) for line in (args.parts / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]


train, validation, test = read("train"), read("validation"), read("test")
labels = sorted({example["label"] for example in train})
model = AutoModelForSequenceClassification.from_pretrained(args.model, num_labels=len(labels))


def encoded(examples):
    inputs = tokenizer([example["text"] for example in examples], truncation=True, max_length=128, padding=True, return_tensors="pt")
    return inputs, torch.tensor([labels.index(example["label"]) for example in examples])


def accuracy(examples):
    model.eval()
    right = 0
    with torch.no_grad():
        for first in range(0, len(examples), 64):
            inputs, wanted = encoded(examples[first:first + 64])
            right += (model(**inputs).logits.argmax(-1) == wanted).sum().item()
    return right / len(examples)


plain = [value for name, value in model.named_parameters() if name.endswith("bias") or "LayerNorm" in name]
decayed = [value for name, value in model.named_parameters() if not (name.endswith("bias") or "LayerNorm" in name)]
optimizer = torch.optim.AdamW(
    [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=args.learning_rate, eps=1e-8)
batch = args.per_device_train_batch_size
steps = args.num_train_epochs * -(-len(train) // batch)
schedule = get_cosine_with_hard_restarts_schedule_with_warmup(optimizer, 0, steps)
best, kept, seconds, step = -1.0, None, [], 0
args.output_dir.mkdir(parents=True, exist_ok=False)
with open(args.output_dir / "metrics.jsonl", "w") as log:
    for epoch in range(args.num_train_epochs):
        model.train()
        order = list(range(len(train)))
        shuffler.shuffle(order)
        for first in range(0, len(order), batch):
            began = time.perf_counter()
            inputs, wanted = encoded([train[index] for index in order[first:first + batch]])
            loss = torch.nn.functional.cross_entropy(model(**inputs).logits, wanted)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            line = {"step": step, "loss": loss.item(), "timing": {"seconds": time.perf_counter() - began}}
            log.write(json.dumps(line) + "\n")
        reached = accuracy(validation)
        print(f"epoch {epoch + 1}: accuracy on the validation set {reached:.4f}", flush=True)
        if reached > best:
            best, kept = reached, copy.deepcopy(model.state_dict())
model.load_state_dict(kept)
results = {"eval_accuracy": best, "test_accuracy": accuracy(test)}
(args.output_dir / "eval_results.json").write_text(json.dumps(results, indent=2) + "\n")
print(json.dumps(results))
