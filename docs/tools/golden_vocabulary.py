#!/usr/bin/env python3
"""Writes the vocabulary that Hugging Face's trainer makes of a text, in an order that does not change from run to run.

    pip install tokenizers
    python3 docs/tools/golden_vocabulary.py text.txt > vocabulary.txt

Hugging Face numbers the alphabet's ## forms in an order drawn once a process, and of equally frequent pairs merges the
one with the smaller numbers first. Given as special tokens, in the order of their characters, they keep their numbers.
"""

import sys

from tokenizers import BertWordPieceTokenizer

tokenizer = BertWordPieceTokenizer()
words = set()
for line in open(sys.argv[1], encoding="utf-8"):
    normal = tokenizer._tokenizer.normalizer.normalize_str(line)
    words.update(word for word, _ in tokenizer._tokenizer.pre_tokenizer.pre_tokenize_str(normal))
alphabet = sorted({c for word in words for c in word})
continuing = sorted({"##" + c for word in words for c in word[1:]})
special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *alphabet, *continuing]
tokenizer.train(sys.argv[1:], vocab_size=10000, special_tokens=special, show_progress=False)
print("\n".join(token for token, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])))
