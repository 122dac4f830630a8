"""Loads models that NarrowBERT wrote with Python's libraries and compares what they compute with what NarrowBERT computes.

    pip install torch transformers sentence-transformers
    python docs/tools/compare_transformers.py FOLDER...

Each FOLDER is a model's, as `narrowbert model convert`, `pretrain` or `finetune` writes it, with a file beside its weights that says what
NarrowBERT computes: `expected.safetensors` with `input_ids` and `token_type_ids` [tokens], `offsets` [sequences + 1], and `logits` of the rows
that the head reads, which `rows` names by their place; or, for a sentence encoder, `vectors.npy` of the texts in `texts.txt`, which `narrowbert embed`
writes. ModelsForPythonTest writes folders of every head where -Dnarrowbert.models-for-python=DIR names one.

    --authors DIR   a checkout of the NarrowBERT authors' code (and a transformers 4.x that it runs with): folders with narrow layers are loaded by it
"""
import argparse, json, os, sys
import numpy as np
import torch
from safetensors.torch import load_file

parser = argparse.ArgumentParser()
parser.add_argument("folders", nargs="+")
parser.add_argument("--authors")
args = parser.parse_args()
torch.set_grad_enabled(False)
worst = 0.0
skipped = []


def report(folder, what, ours, theirs):
    global worst
    difference = (ours.double() - theirs.double()).abs().max().item()
    share = difference / theirs.abs().max().item()
    if not share <= worst:  # also where it is no number
        worst = share
    print(f"{os.path.basename(folder):36} {what:42} {tuple(theirs.shape)!s:14} largest difference {difference:.1e}, relative {share:.1e}")


def sentence_encoder(folder):
    from sentence_transformers import SentenceTransformer
    model = SentenceTransformer(folder, device="cpu")
    texts = open(os.path.join(folder, "texts.txt"), encoding="utf-8").read().splitlines()
    parts = "+".join(type(module).__name__ for module in model)
    report(folder, "SentenceTransformer " + parts, torch.from_numpy(np.load(os.path.join(folder, "vectors.npy"))),
           torch.tensor(model.encode(texts, batch_size=4)))


def transformers_class(name, narrow):
    if narrow:
        sys.path.insert(0, args.authors)
        import narrowbert.modeling_narrowbert as authors
        return getattr(authors, "Narrow" + name)
    import transformers
    return getattr(transformers, name)


def head(folder, config):
    narrow = "full_length_layers" in config
    if narrow and not args.authors:
        skipped.append(folder)
        return
    kind = transformers_class(config["architectures"][0], narrow)
    extra = {}
    if narrow:
        from narrowbert.configuration_narrowbert import NarrowBertConfig
        extra["config"] = NarrowBertConfig.from_pretrained(folder)
    model, loading = kind.from_pretrained(folder, output_loading_info=True, **extra)
    model.eval()
    unexpected = [key for key in loading["unexpected_keys"]]
    missing = [key for key in loading["missing_keys"] if "decoder" not in key and "position_ids" not in key]
    if missing or unexpected:
        raise SystemExit(f"{folder}: missing {missing}, unexpected {unexpected}")
    expected = load_file(os.path.join(folder, "expected.safetensors"))
    offsets, rows = expected["offsets"].tolist(), expected["rows"].long()
    logits = []
    for start, end in zip(offsets, offsets[1:]):
        inputs = {"input_ids": expected["input_ids"][start:end].long()[None],
                  "token_type_ids": expected["token_type_ids"][start:end].long()[None],
                  "attention_mask": torch.ones(1, end - start, dtype=torch.long)}
        if "MultipleChoice" in kind.__name__:
            inputs = {name: value[:, None] for name, value in inputs.items()}
        here = rows[(rows >= start) & (rows < end)] - start
        if narrow and "Sequence" not in kind.__name__:
            # The authors' classes learn from labels which rows are narrow, and return those rows alone.
            labels = torch.full((1, end - start), -100)
            labels[0, here] = 0
            out = model(**inputs, labels=labels).logits
            logits.append(out.reshape(-1, out.shape[-1])[:len(here)])
        elif "QuestionAnswering" in kind.__name__:
            out = model(**inputs)
            logits.append(torch.stack((out.start_logits[0], out.end_logits[0]), 1)[here])
        else:
            out = model(**inputs).logits
            logits.append(out if out.dim() == 2 else out[0][here])
    report(folder, kind.__name__ + " " + config.get("layout", ""), expected["logits"], torch.cat(logits))
    labels = config.get("id2label")
    if labels and {str(k): v for k, v in model.config.id2label.items()} != labels:
        raise SystemExit(f"{folder}: labels are {model.config.id2label}, written were {labels}")


for folder in args.folders:
    if os.path.exists(os.path.join(folder, "modules.json")):
        sentence_encoder(folder)
    else:
        head(folder, json.load(open(os.path.join(folder, "config.json"))))
print(f"worst relative difference {worst:.1e}")
if skipped:
    sys.exit("not compared, since they have narrow layers, which only the authors' code loads (--authors): " + ", ".join(skipped))
sys.exit(not worst <= 1e-4)
