package org.narrowbert.cli.finetune;

import java.util.Optional;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.task.example.Division;
import org.narrowbert.model.task.example.Example;
import org.narrowbert.model.task.example.LabelledSet;
import picocli.CommandLine.Option;

/** Options that divide labelled examples which come in one piece. */
final class SplitOptions {
    /** Percentage of each part beside the one to learn from, where examples in one piece are divided and nothing else is told. */
    static final double USUAL_PART = 10;

    private static final double MOST = 100;
    private static final long SEED = 1;

    @Option(
            names = "--validation-split-percentage",
            paramLabel = "PERCENT",
            description = "Of each label (or of the documents of labelled words, of the sentences of one) set aside to"
                    + " evaluate on (default: 10 where examples come along or are only divided, else none).")
    private Optional<Double> validation = Optional.empty();

    @Option(
            names = "--test-split-percentage",
            paramLabel = "PERCENT",
            description = "Of the same, set aside to measure on once, in the end (default: the same).")
    private Optional<Double> test = Optional.empty();

    @Option(
            names = "--split-seed",
            paramLabel = "N",
            defaultValue = "" + SEED,
            description = "Of the division; the same seed divides alike (default: ${DEFAULT-VALUE}).")
    private long seed;

    SplitOptions() {
        seed = SEED;
    }

    /** As a model's run divided. */
    static SplitOptions of(TunedWith tuned) {
        SplitOptions told = new SplitOptions();
        told.validation = tuned.number("validation-split-percentage", Double::valueOf);
        told.test = tuned.number("test-split-percentage", Double::valueOf);
        told.seed = tuned.number("split-seed", Long::valueOf).orElse(SEED);
        return told;
    }

    /** Whether examples are to be divided. */
    boolean isGiven() {
        return validation.isPresent() || test.isPresent();
    }

    /** Whether a division would leave something to validate on, where nobody says otherwise. */
    boolean validates() {
        return validation.map(percentage -> percentage > 0).orElse(true);
    }

    /** Refuses a seed where nothing is divided; the usual one is as if it were not told. */
    void refuseSeed() {
        if (seed != SEED) {
            throw new UserError("--split-seed is " + seed + ", but nothing is divided: leave it out, or add"
                    + " --validation-split-percentage or --test-split-percentage");
        }
    }

    /**
     * Divides a set.
     *
     * @param otherwise percentage of each part that no option tells
     * @throws UserError when nothing would be left to learn from
     */
    <E extends Example> Division<E> divide(LabelledSet<E> set, double otherwise) {
        double ofValidation = percentage("--validation-split-percentage", validation, otherwise);
        double ofTest = percentage("--test-split-percentage", test, otherwise);
        if (ofValidation + ofTest >= MOST) {
            throw new UserError("--validation-split-percentage " + ofValidation + " and --test-split-percentage "
                    + ofTest + " leave nothing to learn from: together they must be below 100");
        }
        return Division.of(set, ofValidation / MOST, ofTest / MOST, seed);
    }

    private static double percentage(String option, Optional<Double> given, double otherwise) {
        double percentage = given.orElse(otherwise);
        if (!(percentage >= 0 && percentage < MOST)) {
            throw new UserError(option + " is " + percentage + ": it must be 0 or more and below 100");
        }
        return percentage;
    }

    /** A division in one line, for people. */
    String text(Division<?> division) {
        String how = division.isOfOneDocument() ? " sentence by sentence, since it is one document," : "";
        return "divided%s by seed %d: %,d to learn from, %,d to validate on, %,d to test on; SHA-256 %s"
                .formatted(
                        how,
                        seed,
                        division.train().examples().size(),
                        division.validation().examples().size(),
                        division.test().examples().size(),
                        division.hash());
    }
}
