"""Draws docs/images/encoder.svg from the tables of docs/performance.md.

    pip install matplotlib && python docs/tools/plot_encoder.py

Reads the rows of two threads under "Whole encoder"; needs nothing else.
"""
import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "narrowbert"
import matplotlib.pyplot as plt

docs = Path(__file__).resolve().parent.parent
table = (docs / "performance.md").read_text().split("**Whole encoder**")[1].split("\n\n**")[0]
rows = re.findall(
    r"^\| ([^|]+) \| 2 \| ([\d,.]+) ms \| ([\d,.]+) ms[^|]* \| (\d+)%, (\d+)% \| ([\d.]+) times \|", table, re.M
)
figure, axes = plt.subplots(figsize=(8, 3.2))
for offset, engine, column in ((-0.2, "NarrowBERT", 3), (0.2, "ONNX Runtime 1.29", 4)):
    places = [place + offset for place in range(len(rows))]
    bars = axes.barh(places, [int(row[column]) for row in rows], 0.38, label=engine)
    axes.bar_label(bars, [f"{row[column - 2]} ms" for row in rows], padding=3)
axes.axvline(100, color="grey", linewidth=0.8, linestyle=":")
axes.set_yticks(range(len(rows)), [row[0] for row in rows])
axes.invert_yaxis()
axes.set_xlabel("share of the machine's multiply-adds in %, two threads, BERT-base in float32")
axes.spines[["top", "right"]].set_visible(False)
axes.margins(x=0.16)
axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)
figure.tight_layout()
figure.savefig(docs / "images" / "encoder.svg", metadata={"Date": None})
