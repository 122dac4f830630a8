package org.narrowbert.cli.model;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.encoder.WeightNames;

/**
 * The labels of a saved classifier. Hugging Face leaves them out of config.json where there are two of the usual names; then the weights say how many there
 * are.
 */
public final class ClassifierLabels {
    /** The names of labels that nobody named. */
    private static final String NAMELESS = "LABEL_";

    private ClassifierLabels() {}

    /** Their names in their order; empty where the model has no classifier. */
    public static List<String> of(HuggingFaceDirectory saved) {
        List<String> named = saved.configJson().head().labels();
        return named.isEmpty()
                ? IntStream.range(0, columns(saved, WeightNames.CLASSIFIER).orElse(0))
                        .mapToObj(label -> NAMELESS + label)
                        .toList()
                : named;
    }

    /** Whether nobody named the labels. */
    public static boolean areNameless(List<String> labels) {
        return labels.stream().allMatch(label -> label.startsWith(NAMELESS));
    }

    /**
     * Columns that a head's last layer has among the weights; empty where it is not there.
     *
     * @param layer such as {@link WeightNames#CLASSIFIER}
     */
    public static OptionalInt columns(HuggingFaceDirectory saved, String layer) {
        return saved.tensors().stream()
                .filter(tensor ->
                        tensor.name().equals(layer + ".bias") && tensor.shape().size() == 1)
                .mapToInt(tensor -> tensor.shape().getFirst().intValue())
                .findFirst();
    }
}
