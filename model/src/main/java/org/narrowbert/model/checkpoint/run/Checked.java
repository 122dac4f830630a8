package org.narrowbert.model.checkpoint.run;

import java.util.Optional;
import java.util.function.Function;
import org.narrowbert.engine.error.RunError;

/**
 * What was read and compared with its checksums. Damage is a finding that a run may pass over; what could not be read at all is a
 * {@link RunError}, since it may be whole.
 */
sealed interface Checked<T> {
    /**
     * It is what was written.
     *
     * @param value what was read
     */
    record Whole<T>(T value) implements Checked<T> {}

    /**
     * It was cut, changed, moved or is missing.
     *
     * @param finding what is wrong with it, in a sentence
     */
    record Damaged<T>(String finding) implements Checked<T> {}

    /** A value, unless a damage of it was found. */
    static <T> Checked<T> of(T value, Optional<String> damage) {
        return damage.<Checked<T>>map(Damaged::new).orElseGet(() -> new Whole<>(value));
    }

    /** What a further check makes of a whole value. */
    default <R> Checked<R> then(Function<T, Checked<R>> check) {
        return switch (this) {
            case Whole<T>(T value) -> check.apply(value);
            case Damaged<T>(String finding) -> new Damaged<>(finding);
        };
    }

    /**
     * The value.
     *
     * @throws RunError with the finding
     */
    default T orElseThrow() {
        return switch (this) {
            case Whole<T>(T value) -> value;
            case Damaged<T>(String finding) -> throw new RunError(finding);
        };
    }
}
