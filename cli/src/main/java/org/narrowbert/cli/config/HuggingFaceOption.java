package org.narrowbert.cli.config;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Options of Hugging Face's training scripts that have no counterpart of like name here, so that a command line from there finds its way. */
public final class HuggingFaceOption {
    private static final String TRAINS = "leave it out, 'finetune' and 'pretrain' train";
    private static final String EVALUATES =
            "leave it out, runs evaluate where --eval-steps says, and finetune after every"
                    + " epoch where it says nothing";
    private static final String LENGTHS = "leave it out, no batch is padded";
    private static final String DEVICE = "--backend says where it is computed";

    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("do-train", TRAINS),
            Map.entry("do-eval", EVALUATES),
            Map.entry("do-predict", "leave it out, './narrowbert predict' writes what a fine-tuned model predicts"),
            Map.entry("eval-strategy", EVALUATES),
            Map.entry("evaluation-strategy", EVALUATES),
            Map.entry(
                    "save-strategy",
                    "leave it out, runs are saved where --save-steps says, and by finetune after every epoch where it says"
                            + " nothing"),
            Map.entry("fp16", "numbers half as wide are --bf16"),
            Map.entry("no-cuda", DEVICE),
            Map.entry("use-cpu", DEVICE),
            Map.entry("pad-to-max-length", LENGTHS),
            Map.entry("group-by-length", LENGTHS),
            Map.entry(
                    "report-to",
                    "leave it out, every run writes TensorBoard's files, and './narrowbert report' makes a page"),
            Map.entry("dataset-name", "data are files here, such as --train-file"),
            Map.entry("do-lower-case", "leave it out, the model's tokenizer says whether letters are made small"),
            Map.entry("push-to-hub", "leave it out, a run stays in its --output-dir"),
            Map.entry("overwrite-cache", "leave it out, no encoded texts are kept"));

    private HuggingFaceOption() {}

    /**
     * What to do instead, as part of a sentence.
     *
     * @param option that the command lacks, without dashes in front
     * @param known the command's options, with dashes in front or without: only a command that trains is meant
     */
    public static Optional<String> hint(String option, Collection<String> known) {
        boolean trains = known.contains("learning-rate") || known.contains("--learning-rate");
        return trains ? Optional.ofNullable(MEANT.get(option.replace('_', '-'))) : Optional.empty();
    }
}
