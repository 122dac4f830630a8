"""Draws docs/images/families.svg from the tables of docs/performance.md.

    pip install matplotlib && python docs/tools/plot_families.py

Reads the rows that begin with a family's name under "Training step"; needs nothing else.
"""
import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "narrowbert"
import matplotlib.pyplot as plt

docs = Path(__file__).resolve().parent.parent
training = (docs / "performance.md").read_text().split("## Training step")[1].split("\n## ")[0]
rows = re.findall(
    r"^\| (bert|sparse-queries-2|context-first|token-dropping) \| (\d+) \| ([\d.]+) \|",
    training,
    re.M,
)
families = ["bert", "sparse-queries-2", "context-first", "token-dropping"]
figure, axes = plt.subplots(figsize=(8, 3))
for offset, length in ((-0.2, "128"), (0.2, "512")):
    speeds = {family: float(speed) for family, seen, speed in rows if seen == length}
    places = [place + offset for place in range(len(families))]
    bars = axes.barh(places, [speeds[family] for family in families], 0.38, label=f"sequences of {length}")
    axes.bar_label(bars, [f"{speeds[f]:.0f}  ({speeds[f] / speeds['bert']:.2f}x)" for f in families], padding=3)
axes.set_yticks(range(len(families)), families)
axes.invert_yaxis()
axes.set_xlabel("tokens a second in training, BERT-base's shape, two threads")
axes.spines[["top", "right"]].set_visible(False)
axes.margins(x=0.18)
axes.legend(loc="lower right", frameon=False)
figure.tight_layout()
(docs / "images").mkdir(exist_ok=True)
figure.savefig(docs / "images" / "families.svg", metadata={"Date": None})
