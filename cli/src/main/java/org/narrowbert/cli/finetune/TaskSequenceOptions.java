package org.narrowbert.cli.finetune;

import java.util.Optional;
import org.narrowbert.cli.options.Ranges;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.finetuning.AnswerRules;
import org.narrowbert.model.finetuning.ExampleEncoder;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.tokenizer.Tokenizer;
import picocli.CommandLine.Option;

/** Options that say how a task's examples become sequences of tokens, and answers of question answering are chosen. */
final class TaskSequenceOptions {
    @Option(
            names = "--max-seq-length",
            paramLabel = "N",
            description = "Tokens of a sequence, special tokens included; longer texts are cut (default: 128; 512 for"
                    + " IMDB and Amazon's reviews, 384 for SQuAD; no more than the model has positions).")
    private Optional<Integer> maxSeqLength = Optional.empty();

    @Option(
            names = "--doc-stride",
            paramLabel = "N",
            defaultValue = "128",
            description = "Question answering: tokens that neighbouring parts of a long context share"
                    + " (default: ${DEFAULT-VALUE}).")
    private int docStride;

    @Option(
            names = "--n-best-size",
            paramLabel = "N",
            defaultValue = "20",
            description = "Question answering: likeliest first and last tokens that are combined"
                    + " (default: ${DEFAULT-VALUE}).")
    private int bestSize;

    @Option(
            names = "--max-answer-length",
            paramLabel = "N",
            defaultValue = "30",
            description = "Question answering: tokens of an answer at most (default: ${DEFAULT-VALUE}).")
    private int maxAnswerLength;

    @Option(
            names = "--null-score-diff-threshold",
            paramLabel = "D",
            defaultValue = "0.0",
            description = "SQuAD 2.0: there is no answer where that scores higher than the best answer by more than"
                    + " this (default: ${DEFAULT-VALUE}).")
    private double noAnswerThreshold;

    TaskSequenceOptions() {}

    /**
     * Tokens of a sequence at most.
     *
     * @throws UserError when the model has no embedding for so many positions
     */
    int maxSeqLength(Task task, BertConfig config) {
        int positions = config.maxPositionEmbeddings();
        maxSeqLength.filter(length -> length > positions).ifPresent(length -> {
            throw new UserError("--max-seq-length is " + length + ", but the model has only " + positions
                    + " positions: it must be at most that");
        });
        return maxSeqLength.orElse(Math.min(positions, FineTuneDefaults.of(task).maxSeqLength()));
    }

    /** Makes samples of examples. */
    ExampleEncoder encoder(Task task, BertConfig config, Tokenizer tokenizer) {
        return new ExampleEncoder(tokenizer, maxSeqLength(task, config), docStride);
    }

    /** How answers are chosen. */
    AnswerRules answerRules(Task task) {
        return new AnswerRules(
                Ranges.atLeastOne("--n-best-size", bestSize),
                Ranges.atLeastOne("--max-answer-length", maxAnswerLength),
                task.hasUnanswerable(),
                noAnswerThreshold);
    }
}
