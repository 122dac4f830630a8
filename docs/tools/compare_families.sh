#!/usr/bin/env bash
# Trains the four families on the same books and compares their validation losses.
#
#   NARROWBERT_DATA=DIR docs/tools/compare_families.sh [OUTPUT-DIR]
#
# DIR has a folder books/ with train-*.txt and validation.txt. Run it again after it was cut off, and it goes on where it
# was; runs whose results are there are passed over. STEPS (of 2,048 tokens), SEEDS, LAYOUTS, THREADS and LEARNING_RATE can
# be set, too; 6,000 steps are 12 million tokens, about 45 minutes for bert on two slow cores. Runs are kept in
# OUTPUT-DIR/LAYOUT-SEED, those of a learning rate that is set in OUTPUT-DIR/learning-rate-RATE/LAYOUT-SEED; table and
# pictures of them: docs/tools/summarize_families.py.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
books=${NARROWBERT_DATA:?name the folder that holds books/ in NARROWBERT_DATA}/books
out=${1:-$here/runs/families}
steps=${STEPS:-6000}
seeds=${SEEDS:-1 2}
layouts=${LAYOUTS:-bert sparse-queries-2 context-first token-dropping}
threads=${THREADS:-$(nproc)}
rate=${LEARNING_RATE:-5e-4}
folder=$out${LEARNING_RATE:+/learning-rate-$LEARNING_RATE}

mkdir -p "$folder"
[ -f "$out/vocabulary/tokenizer.json" ] ||
  "$here/narrowbert" tokenizer train --train-file "$books"/train-*.txt --vocab-size 8192 \
    --output-dir "$out/vocabulary" --overwrite-output-dir
[ -f "$out/data/dataset.json" ] ||
  "$here/narrowbert" data prepare --train-file "$books"/train-*.txt --validation-file "$books/validation.txt" \
    --tokenizer "$out/vocabulary" --output-dir "$out/data"

runs=()
for seed in $seeds; do
  for layout in $layouts; do
    run=$folder/$layout-$seed
    runs+=("$run")
    # The last validation is of the last step, and the model is written after it.
    if [ -f "$run/model.safetensors" ] && grep -q "^{\"step\":$steps,.*\"eval_loss\"" "$run/metrics.jsonl"; then
      echo "$run is complete"
      continue
    fi
    "$here/narrowbert" pretrain --output-dir "$run" --resume-from-checkpoint \
      --train-data "$out/data" --max-eval-samples 512 \
      --layout "$layout" --num-hidden-layers 6 --hidden-size 256 --max-seq-length 128 \
      --per-device-train-batch-size 16 --max-steps "$steps" --eval-steps $((steps / 20)) \
      --save-steps $((steps / 20)) --save-total-limit 1 --learning-rate "$rate" --seed "$seed" --threads "$threads"
  done
done
"$here/narrowbert" report "${runs[@]}" --output-file "$folder/report.html" --overwrite
