package org.narrowbert.cli.bench;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.encoder.LastLayer;

/**
 * Options of {@code narrowbert bench} that none of the parts that are timed reads.
 *
 * @param parts that are timed
 * @param layers of the models
 * @param lastLayer whether what is narrower is timed too
 */
public record UnreadOptions(Set<Benchmark.Part> parts, int layers, LastLayer lastLayer) {
    private static final List<String> OF_NARROW_ATTENTION = List.of("--narrow-attention", "--cost-model");

    /**
     * Refuses the first of them that was given.
     *
     * @param isGiven whether the command line has an option of a name
     * @throws UserError naming it, and what to leave out
     */
    public void refuse(Predicate<String> isGiven) {
        if (isGiven.test("--vocab-size") && parts.stream().noneMatch(UnreadOptions::readsVocabulary)) {
            throw new UserError("--vocab-size says nothing of --part cls, whose models have " + Benchmark.CLASSES
                    + " classes in place of a vocabulary: leave out one of the two");
        }
        if (parts.stream().noneMatch(this::hasNarrowAttention)) {
            OF_NARROW_ATTENTION.stream().filter(isGiven).findFirst().ifPresent(option -> {
                throw new UserError(option + " says nothing of " + text()
                        + " with --narrow-last-layer off, where no layer is narrow: leave out one of the two");
            });
        }
    }

    private static boolean readsVocabulary(Benchmark.Part part) {
        return part != Benchmark.Part.CLS;
    }

    /** A last layer that is narrowed has one, and so have the families that are narrow by themselves. */
    private boolean hasNarrowAttention(Benchmark.Part part) {
        return lastLayer == LastLayer.NARROWED
                || part != Benchmark.Part.FORWARD && Benchmark.families(layers).contains("sparse-queries-2");
    }

    private String text() {
        return parts.stream().map(part -> "--part " + part.text()).collect(Collectors.joining(" and "));
    }
}
