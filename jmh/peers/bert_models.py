"""The models that measure.py times: BERT-base as a user of PyTorch would write it, and the authors' own. Imported once PyTorch is known to be there."""
import math
import sys

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


def compiled(mode, model):
    """The model as the mode calls it."""
    if mode == "compile":
        return torch.compile(model, dynamic=False)
    if mode == "freeze":  # weights become constants, and are packed once
        return torch.compile(model, dynamic=False, options={"freezing": True})
    return model


def forward(mode, ids, rows):
    """A call without arguments: the logits of the rows."""
    torch.manual_seed(1)
    model = Bert(0.0).eval()
    call = compiled(mode, model)

    def run():
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=mode == "bf16"):
            return call(ids, rows)

    return run


def largest_difference(mode, ids, rows):
    """Between the mode's logits and eager ones, on the same weights."""
    return (forward(mode, ids, rows)().float() - forward("eager", ids, rows)()).abs().max().item()


def step(mode, ids, rows, labels):
    """A call without arguments: a training step, dropout and AdamW in it."""
    torch.manual_seed(1)
    model = Bert(0.1).train()
    call = compiled(mode, model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.01, fused=True)

    def run():
        with torch.autocast("cpu", torch.bfloat16, enabled=mode == "bf16"):
            loss = functional.cross_entropy(call(ids, rows).float(), labels)
        learn(model, optimizer, loss)

    return run


def learn(model, optimizer, loss):
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    if not math.isfinite(loss.item()):
        raise SystemExit("the loss is no number")


def authors_first_row(checkout, ids):
    """A call without arguments: the authors' classifier of 1,000 classes, which reads [CLS]."""
    sys.path.insert(0, checkout)
    from narrowbert import NarrowBertConfig, NarrowBertForSequenceClassification

    torch.manual_seed(1)
    model = NarrowBertForSequenceClassification(NarrowBertConfig(num_labels=1000)).eval()
    mask = torch.ones_like(ids)

    def answer():
        with torch.no_grad():
            return model(input_ids=ids, attention_mask=mask).logits

    return answer


def authors(checkout, train, ids, rows, labels):
    """A call without arguments: the authors' model, 2 full and 10 narrow layers, as it comes."""
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
            with torch.no_grad():
                return model(input_ids=ids, attention_mask=mask, labels=all_labels).logits

        return answer
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.01, fused=True)

    def run():
        learn(model, optimizer, model(input_ids=ids, attention_mask=mask, labels=all_labels).loss)

    return run
