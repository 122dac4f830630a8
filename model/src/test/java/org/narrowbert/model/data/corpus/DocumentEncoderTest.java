package org.narrowbert.model.data.corpus;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.error.RunError;

class DocumentEncoderTest {
    @Test
    void whatEndsAThreadEndsThePreparationAsWhatItIs() {
        for (Throwable failure : List.of(
                new OutOfMemoryError("Java heap space"),
                new AssertionError("a bug"),
                new IllegalStateException("another"),
                new RunError("a sentence"))) {
            assertThatThrownBy(() -> DocumentEncoder.result(CompletableFuture.failedFuture(failure)))
                    .isSameAs(failure);
        }
    }
}
