#!/usr/bin/env python3
"""Reads a folder of prepared text as others read Megatron-LM's indexed datasets: from the format's description alone.

    python3 docs/tools/read_shards.py runs/books-data [--show 2]

Checks every .idx against its .bin and both against dataset.json, prints the counts and the first documents as tokens.
"""
import argparse
import array
import json
import pathlib
import struct
import sys

KINDS = {4: ("i", 4), 8: ("H", 2)}


def read_index(path):
    data = path.read_bytes()
    assert data[:9] == b"MMIDIDX\x00\x00", "magic"
    version, kind, sequences, documents = struct.unpack_from("<QBQQ", data, 9)
    assert version == 1, "version"
    place = 34
    parts = []
    for code, count in (("i", sequences), ("q", sequences), ("q", documents)):
        part = array.array(code)
        part.frombytes(data[place:place + count * part.itemsize])
        if sys.byteorder == "big":
            part.byteswap()
        parts.append(part)
        place += count * part.itemsize
    assert place == len(data), "size"
    return kind, *parts


def read_shard(prefix):
    kind, lengths, pointers, documents = read_index(prefix.with_suffix(".idx"))
    code, width = KINDS[kind]
    ids = array.array(code)
    ids.frombytes(prefix.with_suffix(".bin").read_bytes())
    if sys.byteorder == "big":
        ids.byteswap()
    assert list(documents) == list(range(len(lengths) + 1)), "documents"
    place = 0
    for length, pointer in zip(lengths, pointers):
        assert pointer == place, "pointers"
        place += length * width
    assert place == len(ids) * width, "ids"
    return ids, lengths, [pointer // width for pointer in pointers]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--show", type=int, default=2)
    options = parser.parse_args()
    told = json.loads((options.folder / "dataset.json").read_text(encoding="utf-8"))
    tokens = (options.folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    for split in ("train", "validation"):
        documents = count = 0
        for index in sorted(options.folder.glob(split + "-*.idx")):
            ids, lengths, starts = read_shard(index.with_suffix(""))
            for start, length in list(zip(starts, lengths))[:max(0, options.show - documents)]:
                print("   ", " ".join(tokens[i] for i in ids[start:start + length])[:160])
            assert max(ids) < told["vocabulary_size"], "vocabulary"
            documents += len(lengths)
            count += len(ids)
        assert documents == told[split]["documents"] and count == told[split]["tokens"], "dataset.json"
        print(f"{split}: {documents} documents, {count} tokens")


if __name__ == "__main__":
    main()
