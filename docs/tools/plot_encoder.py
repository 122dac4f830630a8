"""Draws docs/images/encoder.svg from the tables of docs/performance.md.

    pip install matplotlib && python docs/tools/plot_encoder.py

Reads the rows of two threads under "Whole encoder" and all under "Machine A, whole encoder"; needs nothing else.
"""
import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "narrowbert"
import matplotlib.pyplot as plt

docs = Path(__file__).resolve().parent.parent
text = (docs / "performance.md").read_text()


def rows_of(heading, threads):
    """(batch, our ms, its ms, our share, its share) of each row of the table below a heading."""
    table = text.split(heading)[1].split("\n\n**")[0]
    return re.findall(
        rf"^\| ([^|]+) \|{threads} ([\d,.]+) ms[^|]* \| ([\d,.]+) ms[^|]* \| (\d+)%, (\d+)% \| [\d.]+ times \|",
        table,
        re.M,
    )


panels = [
    ("vectors of 256 bits (machine B)", rows_of("**Whole encoder**", r" 2 \|")),
    ("vectors of 512 bits (machine A)", rows_of("**Machine A, whole encoder**", "")),
]
figure, columns = plt.subplots(1, 2, figsize=(12, 3.4))
for axes, (title, rows) in zip(columns, panels):
    for offset, engine, column in ((-0.2, "NarrowBERT", 3), (0.2, "ONNX Runtime 1.29", 4)):
        places = [place + offset for place in range(len(rows))]
        bars = axes.barh(places, [int(row[column]) for row in rows], 0.38, label=engine)
        axes.bar_label(bars, [f"{row[column - 2]} ms" for row in rows], padding=3)
    axes.axvline(100, color="grey", linewidth=0.8, linestyle=":")
    axes.set_yticks(range(len(rows)), [row[0] for row in rows])
    axes.invert_yaxis()
    axes.set_title(title, fontsize="medium")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.2)
figure.legend(*columns[0].get_legend_handles_labels(), loc="upper center", ncols=2, frameon=False)
figure.supxlabel("share of the machine's multiply-adds in %, two threads, BERT-base in float32", fontsize="medium")
figure.tight_layout(rect=(0, 0, 1, 0.94))
figure.savefig(docs / "images" / "encoder.svg", metadata={"Date": None})
