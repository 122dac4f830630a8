"""Draws docs/images/validation-loss.svg from the table of docs/families.md.

    pip install matplotlib && python docs/tools/plot_validation.py
"""
import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "narrowbert"
import matplotlib.pyplot as plt

docs = Path(__file__).resolve().parent.parent
lines = [line for line in (docs / "families.md").read_text().splitlines() if line.startswith("| ")]
families = [cell.strip() for cell in lines[0].strip("|").split("|")][1:]
rows = [[cell.strip().replace(",", "") for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| [\d,]+ \|", line)]
figure, axes = plt.subplots(figsize=(8, 4))
for column, (family, style) in enumerate(zip(families, ["-", "--", "-.", ":"]), start=1):
    points = [(int(row[0]), float(row[column])) for row in rows if row[column] and int(row[0]) >= 250]
    axes.plot(*zip(*points), style, label=family, linewidth=1.8)
axes.set_xlabel("optimizer steps of 2,048 tokens")
axes.set_ylabel("validation loss, nats")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
figure.tight_layout()
figure.savefig(docs / "images" / "validation-loss.svg", metadata={"Date": None})
