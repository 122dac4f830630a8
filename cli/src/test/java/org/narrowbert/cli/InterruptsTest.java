package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InterruptsTest {
    @Test
    void aRunThatWasTrainedBeforeIsNotToldThatNothingWas() {
        assertThat(Interrupts.what(true))
                .isEqualTo(" before this command trained anything: what was saved earlier is untouched");
        assertThat(Interrupts.what(false)).isEqualTo(" a second time: what was saved last is whole");
    }
}
