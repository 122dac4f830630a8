package org.narrowbert.cli.config;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Options of Hugging Face's training scripts that have no counterpart of like name here, so that a command line from there finds its way. */
public final class HuggingFaceOption {
    private static final String EVALUATES = "finetune evaluates after every epoch, or by --eval-steps";
    private static final String LENGTHS = "no batch is padded";
    private static final String LOADS = "a model's folder is named by --model, and nothing is loaded from the network";

    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("do-train", "'finetune' and 'pretrain' train"),
            Map.entry("do-eval", EVALUATES + "; './narrowbert evaluate' measures what is saved"),
            Map.entry("do-predict", "'./narrowbert predict' writes predictions, and --test-file of finetune measures"),
            Map.entry("eval-strategy", EVALUATES),
            Map.entry("evaluation-strategy", EVALUATES),
            Map.entry("save-strategy", "a run is saved where --save-steps says"),
            Map.entry("fp16", "numbers half as wide are --bf16"),
            Map.entry("no-cuda", "--backend says where it is computed"),
            Map.entry("use-cpu", "--backend says where it is computed"),
            Map.entry("pad-to-max-length", LENGTHS),
            Map.entry("group-by-length", LENGTHS),
            Map.entry("report-to", "every run writes TensorBoard's files, and './narrowbert report' makes a page"),
            Map.entry("dataset-name", "data are files here: --train-file"),
            Map.entry("train-batch-size", "it is --per-device-train-batch-size"),
            Map.entry("do-lower-case", "the model's tokenizer says whether letters are made small"),
            Map.entry("push-to-hub", LOADS),
            Map.entry("cache-dir", LOADS),
            Map.entry("overwrite-cache", "no encoded texts are kept, so that there is nothing to overwrite"));

    private HuggingFaceOption() {}

    /**
     * What serves its purpose here, as part of a sentence.
     *
     * @param option that the command lacks, without dashes in front
     * @param known the command's options, with dashes in front or without: only a command that trains is meant
     */
    public static Optional<String> hint(String option, Collection<String> known) {
        boolean trains = known.contains("learning-rate") || known.contains("--learning-rate");
        return trains ? Optional.ofNullable(MEANT.get(option.replace('_', '-'))) : Optional.empty();
    }
}
