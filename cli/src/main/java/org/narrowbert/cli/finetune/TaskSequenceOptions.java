package org.narrowbert.cli.finetune;

import java.util.Map;
import java.util.Optional;
import org.narrowbert.cli.options.Ranges;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.finetuning.AnswerRules;
import org.narrowbert.model.finetuning.sample.ExampleEncoder;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Option;

/**
 * Options that say how a task's examples become sequences of tokens, and answers of question answering are chosen. A fine-tuned model has its own, which hold
 * where nothing is told.
 */
final class TaskSequenceOptions {
    private static final int DOC_STRIDE = 128;
    private static final int BEST_SIZE = 20;
    private static final int MAX_ANSWER_LENGTH = 30;
    private static final double NO_ANSWER_THRESHOLD = 0;

    @Option(
            names = "--max-seq-length",
            paramLabel = "N",
            description = "Tokens of a sequence, special tokens included; longer texts are cut (default: those that a"
                    + " model was fine-tuned with; in fine-tuning 128, 512 for IMDB and Amazon's reviews, 384 for"
                    + " SQuAD; no more than the model has positions).")
    private Optional<Integer> maxSeqLength = Optional.empty();

    @Option(
            names = "--doc-stride",
            paramLabel = "N",
            description = "Question answering: tokens that neighbouring parts of a long context share (default: as"
                    + " fine-tuned, else " + DOC_STRIDE + ").")
    private Optional<Integer> docStride = Optional.empty();

    @Option(
            names = "--n-best-size",
            paramLabel = "N",
            description = "Question answering: likeliest first and last tokens that are combined (default: as"
                    + " fine-tuned, else " + BEST_SIZE + ").")
    private Optional<Integer> bestSize = Optional.empty();

    @Option(
            names = "--max-answer-length",
            paramLabel = "N",
            description = "Question answering: tokens of an answer at most (default: as fine-tuned, else "
                    + MAX_ANSWER_LENGTH + ").")
    private Optional<Integer> maxAnswerLength = Optional.empty();

    @Option(
            names = "--null-score-diff-threshold",
            paramLabel = "D",
            description = "SQuAD 2.0: there is no answer where that scores higher than the best answer by more than"
                    + " this (default: as fine-tuned, else 0).")
    private Optional<Double> noAnswerThreshold = Optional.empty();

    TaskSequenceOptions() {}

    /**
     * Refuses options of another task; what is as if it were not told is none.
     *
     * @throws UserError naming the first
     */
    void check(Task task) {
        if (task.kind() != TaskKind.QUESTION_ANSWERING) {
            refuse("--doc-stride", docStride.filter(tokens -> tokens != DOC_STRIDE), "question answering");
            refuse("--n-best-size", bestSize.filter(size -> size != BEST_SIZE), "question answering");
            refuse(
                    "--max-answer-length",
                    maxAnswerLength.filter(length -> length != MAX_ANSWER_LENGTH),
                    "question answering");
        }
        if (!task.hasUnanswerable()) {
            refuse(
                    "--null-score-diff-threshold",
                    noAnswerThreshold.filter(threshold -> threshold != NO_ANSWER_THRESHOLD),
                    "--task-name squad-v2");
        }
    }

    private static void refuse(String option, Optional<? extends Number> given, String allowed) {
        given.ifPresent(value -> {
            throw new UserError(option + " is for " + allowed + ": leave it out");
        });
    }

    /**
     * Tokens of a sequence at most.
     *
     * @param tuned what the model was fine-tuned with
     * @throws UserError when the model has no embedding for so many positions
     */
    int maxSeqLength(Task task, BertConfig config, TunedWith tuned) {
        int positions = config.maxPositionEmbeddings();
        maxSeqLength.filter(length -> length > positions).ifPresent(length -> {
            throw new UserError("--max-seq-length is " + length + ", but the model has only " + positions
                    + " positions: it must be at most that");
        });
        return maxSeqLength.orElseGet(() -> Math.min(
                positions, tuned.maxTokens().orElse(FineTuneDefaults.of(task).maxSeqLength())));
    }

    /** Makes samples of examples. */
    ExampleEncoder encoder(Task task, BertConfig config, Tokenizer tokenizer, TunedWith tuned) {
        return new ExampleEncoder(tokenizer, maxSeqLength(task, config, tuned), docStride(task, tuned));
    }

    private int docStride(Task task, TunedWith tuned) {
        return docStride
                .or(() -> of(task, tuned).number("doc-stride", Integer::valueOf))
                .orElse(DOC_STRIDE);
    }

    /** How answers are chosen. */
    AnswerRules answerRules(Task task, TunedWith tuned) {
        TunedWith own = of(task, tuned);
        return new AnswerRules(
                Ranges.atLeastOne(
                        "--n-best-size",
                        bestSize.or(() -> own.number("n-best-size", Integer::valueOf))
                                .orElse(BEST_SIZE)),
                Ranges.atLeastOne(
                        "--max-answer-length",
                        maxAnswerLength
                                .or(() -> own.number("max-answer-length", Integer::valueOf))
                                .orElse(MAX_ANSWER_LENGTH)),
                task.hasUnanswerable(),
                noAnswerThreshold
                        .or(() -> own.number("null-score-diff-threshold", Double::valueOf))
                        .orElse(NO_ANSWER_THRESHOLD));
    }

    /** Only questions have something of their own. */
    private static TunedWith of(Task task, TunedWith tuned) {
        return task.kind() == TaskKind.QUESTION_ANSWERING ? tuned : TunedWith.NOTHING;
    }

    /** What holds for a run, by option: its model is asked and measured with the same. */
    Map<String, Object> told(Task task, BertConfig config) {
        int length = maxSeqLength(task, config, TunedWith.NOTHING);
        if (task.kind() != TaskKind.QUESTION_ANSWERING) {
            return Map.of("max-seq-length", length);
        }
        AnswerRules rules = answerRules(task, TunedWith.NOTHING);
        return Map.of(
                "max-seq-length",
                length,
                "doc-stride",
                docStride(task, TunedWith.NOTHING),
                "n-best-size",
                rules.bestSize(),
                "max-answer-length",
                rules.maxAnswerLength(),
                "null-score-diff-threshold",
                rules.noAnswerThreshold());
    }
}
