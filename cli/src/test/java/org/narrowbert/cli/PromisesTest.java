package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class PromisesTest {
    @Test
    void whatWasPromisedFailsAndWhatWasNotIsPassedOver() {
        assertThatThrownBy(() -> Promises.missing(" browser disk", "disk", "no mount"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no mount");
        assertThatThrownBy(() -> Promises.missing(" browser", "disk", "no mount"))
                .isInstanceOf(TestAbortedException.class);
        assertThatThrownBy(() -> Promises.missing("", "disk", "no mount")).isInstanceOf(TestAbortedException.class);
    }
}
