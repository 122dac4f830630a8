#!/usr/bin/env bash
# Fine-tunes models on three small labelled sets with three seeds each, and measures them on test sets.
#
#   NARROWBERT_DATA=DIR docs/tools/compare_finetuning.sh MODELS [OUTPUT-DIR]
#
# MODELS is a folder of pretrained models by their names, such as the one that compare_families.sh made; DIR has the folders
# sentiment/ (sentence_polarity.zip) and ner/ (wikigold.conll.txt, wnut17.*.conll). NAMES (of models, the folders in MODELS),
# SETS, SEEDS, EPOCHS, LEARNING_RATE and THREADS can be set. Run it again after it was cut off, and it goes on where it was.
# Results are in OUTPUT-DIR/SET/MODEL/seed-N/eval_results.json; a table of them: docs/tools/summarize_finetuning.py OUTPUT-DIR.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
data=${NARROWBERT_DATA:?name the folder that holds sentiment/ and ner/ in NARROWBERT_DATA}
models=${1:?name the folder of the pretrained models}
out=${2:-$here/runs/finetuning}
names=${NAMES:-bert-1 sparse-queries-1-1 sparse-queries-2-1 context-first-1 token-dropping-1}
sets=${SETS:-sentence-polarity wikigold wnut17}
seeds=${SEEDS:-1 2 3}
epochs=${EPOCHS:-5}
rate=${LEARNING_RATE:-2e-4}
threads=${THREADS:-$(nproc)}

# One set's files, in $out/SET: train, validation and test.
prepare() {
  local folder=$out/$1
  mkdir -p "$folder"
  case $1 in
    sentence-polarity)
      if [ ! -f "$folder/parts/test.jsonl" ]; then
        python3 -m zipfile -e "$data/sentiment/sentence_polarity.zip" "$folder"
        (printf 'text\tlabel\n'
          sed 's/$/\tpositive/' "$folder/sentence_polarity/rt-polarity.pos"
          sed 's/$/\tnegative/' "$folder/sentence_polarity/rt-polarity.neg") > "$folder/polarity.tsv"
        "$here/narrowbert" data split --train-file "$folder/polarity.tsv" --output-dir "$folder/parts" --overwrite-output-dir |
          tee "$folder/split.txt"
      fi
      files=("$folder"/parts/{train,validation,test}.jsonl)
      type=single_label_classification ;;
    wikigold)
      [ -f "$folder/parts/test.jsonl" ] ||
        "$here/narrowbert" data split --train-file "$data/ner/wikigold.conll.txt" --problem-type token_classification \
          --output-dir "$folder/parts" --overwrite-output-dir | tee "$folder/split.txt"
      files=("$folder"/parts/{train,validation,test}.jsonl)
      type=token_classification ;;
    wnut17)
      files=("$data"/ner/wnut17.{train,dev,test}.conll)
      type=token_classification ;;
    *)
      echo "there is no set '$1': choose sentence-polarity, wikigold, wnut17" >&2
      exit 2 ;;
  esac
}

for set in $sets; do
  prepare "$set"
  for name in $names; do
    for seed in $seeds; do
      run=$out/$set/$name/seed-$seed
      if [ -f "$run/eval_results.json" ]; then
        echo "$run is complete"
        continue
      fi
      "$here/narrowbert" finetune --model "$models/$name" --output-dir "$run" --resume-from-checkpoint \
        --problem-type "$type" --train-file "${files[0]}" --validation-file "${files[1]}" --test-file "${files[2]}" \
        --num-train-epochs "$epochs" --learning-rate "$rate" --per-device-train-batch-size 16 --save-total-limit 1 \
        --seed "$seed" --threads "$threads"
    done
  done
done
