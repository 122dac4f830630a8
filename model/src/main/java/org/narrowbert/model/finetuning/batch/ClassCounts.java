package org.narrowbert.model.finetuning.batch;

import java.util.Arrays;
import java.util.List;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.task.example.Target;

/** How often each label occurs, and weights that make up for it. */
public final class ClassCounts {
    private ClassCounts() {}

    /** How many texts or words of some samples have each label. */
    public static long[] of(List<TaskSample> samples, int labels) {
        long[] counts = new long[labels];
        for (TaskSample sample : samples) {
            switch (sample) {
                case TaskSample.OfText text -> {
                    if (text.target() instanceof Target.Label label) {
                        counts[label.index()]++;
                    }
                }
                case TaskSample.OfWords words -> words.labels().forEach(label -> counts[label]++);
                case TaskSample.OfChoices _, TaskSample.OfWindow _ -> {}
            }
        }
        return counts;
    }

    /**
     * The weights by which all classes count alike, as scikit-learn's {@code balanced}: labels / (classes x labels of the class). A class that does not
     * occur weighs nothing.
     */
    public static double[] balanced(long[] counts) {
        double all = Arrays.stream(counts).sum();
        return Arrays.stream(counts)
                .mapToDouble(count -> count == 0 ? 0 : all / ((double) counts.length * count))
                .toArray();
    }
}
