package org.narrowbert.model.finetuning;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.model.finetuning.batch.LabelledBatch;
import org.narrowbert.model.finetuning.batch.Softmax;
import org.narrowbert.model.finetuning.batch.TaskBatches;
import org.narrowbert.model.finetuning.sample.ExampleEncoder;
import org.narrowbert.model.finetuning.sample.TaskSample;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.QuestionExample;
import org.narrowbert.model.task.prediction.Prediction;

/** What a model predicts of a set's examples, from the logits of its samples in their order, and the task's figures of it. */
public final class TaskScorer implements Scorer {
    private final Task task;
    private final LabelledSet<?> set;
    private final List<TaskSample> samples;
    private final AnswerRules rules;
    private final List<Prediction> predictions = new ArrayList<>();
    private final List<BestAnswer> answers = new ArrayList<>();
    private final Optional<ExampleLosses> losses;
    private int next;

    /**
     * A scorer that has seen nothing.
     *
     * @param samples of the set, as {@link ExampleEncoder} makes them; batches come in their order
     * @param rules of answers, where the task is to find them
     */
    public TaskScorer(Task task, LabelledSet<?> set, List<TaskSample> samples, AnswerRules rules) {
        this(task, set, samples, rules, Optional.empty());
    }

    private TaskScorer(
            Task task,
            LabelledSet<?> set,
            List<TaskSample> samples,
            AnswerRules rules,
            Optional<ExampleLosses> losses) {
        this.task = task;
        this.set = set;
        this.samples = samples;
        this.rules = rules;
        this.losses = losses;
    }

    /** The same with each example's loss, which {@link #details} needs and which costs a second look at the logits. */
    public static TaskScorer detailed(Task task, LabelledSet<?> set, List<TaskSample> samples, AnswerRules rules) {
        int labels = TaskHeads.columns(task.kind(), set.labels());
        TaskBatches alone = new TaskBatches(task.kind(), labels, new double[0]);
        return new TaskScorer(
                task,
                set,
                samples,
                rules,
                Optional.of(new ExampleLosses(alone, set.examples().size())));
    }

    @Override
    public void add(LabelledBatch batch, Matrix logits) {
        int row = 0;
        for (int i = 0; i < batch.samples(); i++) {
            TaskSample sample = samples.get(next);
            requireNumbers(logits, row, sample.headRows());
            if (losses.isPresent()) {
                losses.get().add(example(sample), sample, logits.rows(row, sample.headRows()));
            }
            switch (sample) {
                case TaskSample.OfText _ -> predictions.add(ofText(logits, row));
                case TaskSample.OfWords words -> predictions.add(ofWords(logits, row, words.firstPieces().length));
                case TaskSample.OfChoices choices ->
                    predictions.add(ofChoices(logits, row, choices.sequences().size()));
                case TaskSample.OfWindow window -> addWindow(window, logits, row);
            }
            row += sample.headRows();
            next++;
        }
    }

    /** What is said of logits of which some are no numbers: they have no greatest, and no label would be as good as any. */
    static RunError spoiled() {
        return new RunError("the model's logits are not numbers: its weights are spoiled, take an earlier save");
    }

    private static void requireNumbers(Matrix logits, int firstRow, int rows) {
        for (int row = firstRow; row < firstRow + rows; row++) {
            for (int column = 0; column < logits.columns(); column++) {
                if (!Double.isFinite(logits.get(row, column))) {
                    throw spoiled();
                }
            }
        }
    }

    /** The number of the example that the next sample is of. */
    private int example(TaskSample sample) {
        return sample instanceof TaskSample.OfWindow window ? window.example() : next;
    }

    private Prediction ofText(Matrix logits, int row) {
        return switch (task.kind()) {
            case REGRESSION -> new Prediction.Value(logits.get(row, 0));
            case MULTI_LABEL ->
                new Prediction.Labels(IntStream.range(0, logits.columns())
                        .filter(label -> logits.get(row, label) > 0)
                        .boxed()
                        .toList());
            case SINGLE_LABEL -> {
                int best = likeliest(logits, row);
                yield new Prediction.Label(best, Math.exp(logits.get(row, best) - Softmax.logSumExpOfRow(logits, row)));
            }
            case TOKEN_LABELS, MULTIPLE_CHOICE, QUESTION_ANSWERING ->
                throw new IllegalStateException("a text of " + task.kind());
        };
    }

    private static Prediction ofWords(Matrix logits, int firstRow, int words) {
        return new Prediction.WordLabels(IntStream.range(0, words)
                .mapToObj(word -> likeliest(logits, firstRow + word))
                .toList());
    }

    private static Prediction ofChoices(Matrix logits, int firstRow, int choices) {
        int best = firstRow;
        for (int row = firstRow; row < firstRow + choices; row++) {
            best = logits.get(row, 0) > logits.get(best, 0) ? row : best;
        }
        double total = Softmax.logSumExpOfColumn(logits, 0, firstRow, firstRow + choices);
        return new Prediction.Choice(best - firstRow, Math.exp(logits.get(best, 0) - total));
    }

    private void addWindow(TaskSample.OfWindow window, Matrix logits, int firstRow) {
        if (window.example() == answers.size()) {
            answers.add(new BestAnswer(rules));
        }
        if (set.examples().get(window.example()) instanceof QuestionExample question) {
            answers.getLast().add(window, question.context(), logits, firstRow);
        }
    }

    /** The column of the highest logit, the first of equals. */
    private static int likeliest(Matrix logits, int row) {
        int best = 0;
        for (int label = 1; label < logits.columns(); label++) {
            best = logits.get(row, label) > logits.get(row, best) ? label : best;
        }
        return best;
    }

    @Override
    public boolean isComplete() {
        return next == samples.size();
    }

    /** One prediction for each example of the set, in their order, once all samples were taken. */
    public List<Prediction> predictions() {
        if (!isComplete()) {
            throw new IllegalStateException(next + " of " + samples.size() + " samples were taken");
        }
        return answers.isEmpty()
                ? List.copyOf(predictions)
                : answers.stream()
                        .map(BestAnswer::prediction)
                        .map(answer -> (Prediction) answer)
                        .toList();
    }

    @Override
    public Map<String, Double> metrics() {
        return task.score(set, predictions()).figures();
    }

    /**
     * What is good and what is bad of the predictions, once all samples were taken; all examples have their targets.
     *
     * @throws IllegalStateException of a scorer that is not {@link #detailed}
     */
    public TaskDetails details() {
        double[] means = losses.orElseThrow(() -> new IllegalStateException("a scorer without losses"))
                .means();
        List<Prediction> predicted = predictions();
        return new TaskDetails(
                set.labels(),
                task.details(set, predicted),
                task.worstMistakes(set, predicted, means, TaskDetails.MISTAKES));
    }
}
