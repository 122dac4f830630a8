package org.narrowbert.model.finetuning.batch;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.finetuning.sample.EncodedText;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;

/**
 * Makes batches of samples: their sequences end to end, the rows that the head reads, and what is right for them.
 *
 * @param kind of the samples
 * @param labels columns of the head's logits
 * @param classWeights [labels] how much each class counts in the loss; empty where all count alike
 */
public record TaskBatches(TaskKind kind, int labels, double[] classWeights) {
    private static final int[] NO_LABELS = {};

    /** The batch of some samples. */
    public LabelledBatch of(List<TaskSample> samples) {
        List<EncodedText> sequences =
                samples.stream().flatMap(sample -> sample.sequences().stream()).toList();
        int[] offsets = new int[sequences.size() + 1];
        for (int i = 0; i < sequences.size(); i++) {
            offsets[i + 1] = offsets[i] + sequences.get(i).length();
        }
        int tokens = offsets[sequences.size()];
        int[] inputIds = new int[tokens];
        int[] tokenTypeIds = new int[tokens];
        for (int i = 0; i < sequences.size(); i++) {
            EncodedText sequence = sequences.get(i);
            System.arraycopy(sequence.inputIds(), 0, inputIds, offsets[i], sequence.length());
            Arrays.fill(tokenTypeIds, offsets[i] + sequence.second(), offsets[i + 1], 1);
        }
        Batch batch = Batch.of(
                Rows.of(sequences.size(), offsets, IntStream.range(0, tokens).toArray()),
                inputIds,
                tokenTypeIds,
                narrow(samples, offsets),
                // The graph ends with logits: what is right is not an operand of it.
                NO_LABELS);
        return new LabelledBatch(batch, targets(samples), samples.size());
    }

    /**
     * The largest batch of so many of the samples, whichever they are.
     *
     * @param most samples a batch
     */
    public static Extents limits(int most, List<TaskSample> samples) {
        return new Extents(
                        largest(most, samples, sample -> sample.sequences().size()),
                        largest(most, samples, sample -> length(sample)),
                        largest(most, samples, TaskSample::headRows),
                        0)
                .upTo(samples.stream()
                        .flatMap(sample -> sample.sequences().stream())
                        .mapToInt(EncodedText::length)
                        .max()
                        .orElse(0));
    }

    private static int length(TaskSample sample) {
        return sample.sequences().stream().mapToInt(EncodedText::length).sum();
    }

    private static int largest(int most, List<TaskSample> samples, ToIntFunction<TaskSample> size) {
        int[] sizes = samples.stream().mapToInt(size).sorted().toArray();
        return Arrays.stream(sizes, Math.max(0, sizes.length - most), sizes.length)
                .reduce(0, Math::addExact);
    }

    private static Rows narrow(List<TaskSample> samples, int[] offsets) {
        int sequences = offsets.length - 1;
        int[] narrowOffsets = new int[sequences + 1];
        IntStream.Builder rows = IntStream.builder();
        int sequence = 0;
        for (TaskSample sample : samples) {
            for (EncodedText text : sample.sequences()) {
                int start = offsets[sequence];
                int[] own = switch (sample) {
                    case TaskSample.OfText _, TaskSample.OfChoices _ -> new int[] {0};
                    case TaskSample.OfWords words -> words.firstPieces();
                    case TaskSample.OfWindow _ ->
                        IntStream.range(0, text.length()).toArray();
                };
                for (int place : own) {
                    rows.add(start + place);
                }
                narrowOffsets[sequence + 1] = narrowOffsets[sequence] + own.length;
                sequence++;
            }
        }
        return Rows.of(sequences, narrowOffsets, rows.build().toArray());
    }

    private Targets targets(List<TaskSample> samples) {
        return switch (kind) {
            case SINGLE_LABEL -> classes(samples.stream().mapToInt(TaskBatches::label));
            case MULTI_LABEL -> multiLabel(samples);
            case REGRESSION ->
                new ValueTargets(
                        samples.stream().mapToDouble(TaskBatches::value).toArray(), samples.size());
            case TOKEN_LABELS -> classes(samples.stream().flatMapToInt(TaskBatches::wordLabels));
            case MULTIPLE_CHOICE -> choices(samples);
            case QUESTION_ANSWERING -> spans(samples);
        };
    }

    private ClassTargets classes(IntStream ofRows) {
        int[] right = ofRows.toArray();
        return new ClassTargets(right, right.length, classWeights);
    }

    private static int label(TaskSample sample) {
        if (!sample.hasTarget()) {
            return Targets.UNKNOWN;
        }
        if (sample instanceof TaskSample.OfText text && text.target() instanceof Target.Label label) {
            return label.index();
        }
        throw new IllegalArgumentException("a sample that has no label: " + sample);
    }

    private static double value(TaskSample sample) {
        if (!sample.hasTarget()) {
            return Double.NaN;
        }
        if (sample instanceof TaskSample.OfText text && text.target() instanceof Target.Value value) {
            return value.number();
        }
        throw new IllegalArgumentException("a sample that has no value: " + sample);
    }

    private static IntStream wordLabels(TaskSample sample) {
        if (sample instanceof TaskSample.OfWords words) {
            if (!words.hasTarget()) {
                return IntStream.generate(() -> Targets.UNKNOWN).limit(words.headRows());
            }
            return words.labels().stream().mapToInt(Integer::intValue);
        }
        throw new IllegalArgumentException("a sample without words: " + sample);
    }

    private MultiLabelTargets multiLabel(List<TaskSample> samples) {
        float[] present = new float[samples.size() * labels];
        for (int i = 0; i < samples.size(); i++) {
            if (samples.get(i) instanceof TaskSample.OfText text && text.target() instanceof Target.Labels of) {
                for (int label : of.present()) {
                    present[i * labels + label] = 1;
                }
            } else {
                Arrays.fill(present, i * labels, (i + 1) * labels, Float.NaN);
            }
        }
        return new MultiLabelTargets(present, samples.size(), labels);
    }

    private static ChoiceTargets choices(List<TaskSample> samples) {
        int[] offsets = new int[samples.size() + 1];
        int[] right = new int[samples.size()];
        for (int i = 0; i < samples.size(); i++) {
            offsets[i + 1] = offsets[i] + samples.get(i).sequences().size();
            if (samples.get(i) instanceof TaskSample.OfChoices choices) {
                right[i] = choices.right().orElse(Targets.UNKNOWN);
            }
        }
        return new ChoiceTargets(offsets, right, samples.size());
    }

    private static SpanTargets spans(List<TaskSample> samples) {
        int[] starts = new int[samples.size()];
        int[] ends = new int[samples.size()];
        for (int i = 0; i < starts.length; i++) {
            if (samples.get(i) instanceof TaskSample.OfWindow window) {
                starts[i] = window.isKnown() ? window.answerStart() : Targets.UNKNOWN;
                ends[i] = window.isKnown() ? window.answerEnd() : Targets.UNKNOWN;
            }
        }
        return new SpanTargets(starts, ends, starts.length);
    }
}
